plugins {
    alias(libs.plugins.android.application) apply false
    alias(libs.plugins.kotlin.android) apply false
    alias(libs.plugins.detekt)
}

detekt {
    config.setFrom("config/detekt.yml")
}

tasks.register("checkAll") {
    group = "verification"
    description = "Detekt and the unit tests of every module"
    dependsOn("detekt", ":app:testDebugUnitTest", ":core:geo:test")
}
