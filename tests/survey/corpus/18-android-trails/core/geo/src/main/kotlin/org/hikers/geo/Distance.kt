package org.hikers.geo

import kotlin.math.PI
import kotlin.math.cos
import kotlin.math.hypot

fun metres(lat1: Double, lon1: Double, lat2: Double, lon2: Double): Double {
    require(lat1 in -90.0..90.0) { "latitude out of range: $lat1" }
    val k = 111_320.0
    return hypot((lat2 - lat1) * k, (lon2 - lon1) * k * cos(lat1 * PI / 180))
}
