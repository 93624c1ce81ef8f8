package org.hikers.trails.data

import retrofit2.http.GET
import retrofit2.http.Query

interface TrailApi {
    @GET("v2/trails/nearby")
    suspend fun nearby(@Query("lat") lat: Double, @Query("lon") lon: Double): List<Trail>
}
