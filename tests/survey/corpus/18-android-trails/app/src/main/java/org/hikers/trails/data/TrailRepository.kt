package org.hikers.trails.data

sealed interface Outcome<out T> {
    data class Ok<T>(val value: T) : Outcome<T>
    data class Failed(val reason: String) : Outcome<Nothing>
}

class TrailRepository(private val api: TrailApi) {
    suspend fun nearby(lat: Double, lon: Double): Outcome<List<Trail>> =
        runCatching { api.nearby(lat, lon) }.fold({ Outcome.Ok(it) }, { Outcome.Failed(it.message ?: "offline") })
}
