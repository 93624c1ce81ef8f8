package org.hikers.geo

import org.junit.Assert.assertEquals
import org.junit.Test

class DistanceTest {
    @Test
    fun sameplace() = assertEquals(0.0, metres(47.0, 8.0, 47.0, 8.0), 1e-9)
}
