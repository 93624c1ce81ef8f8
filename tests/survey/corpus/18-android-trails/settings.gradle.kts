pluginManagement {
    repositories {
        google()
        mavenCentral()
        gradlePluginPortal()
    }
}

rootProject.name = "Trails"
include(":app", ":core:geo")
// include(":wear")
