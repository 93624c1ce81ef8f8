plugins {
    alias(libs.plugins.android.application)
    alias(libs.plugins.kotlin.android)
}

android {
    namespace = "org.hikers.trails"
    compileSdk = 34
    defaultConfig {
        applicationId = "org.hikers.trails"
        minSdk = 26
        versionName = "1.9"
    }
    flavorDimensions += "store"
    productFlavors {
        create("play") { dimension = "store" }
        create("fdroid") { dimension = "store" }
    }
}

dependencies {
    implementation(project(":core:geo"))
    implementation(platform(libs.compose.bom))
    implementation(libs.room.runtime)
    implementation(libs.retrofit)
    testImplementation(libs.junit)
    androidTestImplementation("androidx.test.espresso:espresso-core:3.5.1")
}
