package org.hikers.trails.data

import androidx.room.Database
import androidx.room.Entity
import androidx.room.PrimaryKey
import androidx.room.RoomDatabase

@Entity
data class Trail(@PrimaryKey val id: Long, val name: String, val metres: Int)

@Database(entities = [Trail::class], version = 2)
abstract class TrailDatabase : RoomDatabase()
