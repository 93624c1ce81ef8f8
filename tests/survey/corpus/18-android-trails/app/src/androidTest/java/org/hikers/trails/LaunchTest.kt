package org.hikers.trails

import androidx.test.ext.junit.rules.ActivityScenarioRule
import org.junit.Rule
import org.junit.Test

class LaunchTest {
    @get:Rule val rule = ActivityScenarioRule(MainActivity::class.java)

    @Test
    fun itStarts() = Unit
}
