package org.hikers.trails.data

import org.junit.Assert.assertTrue
import org.junit.Test

class TrailRepositoryTest {
    @Test
    fun `a failure is an outcome`() {
        assertTrue(Outcome.Failed("offline") is Outcome<*>)
    }
}
