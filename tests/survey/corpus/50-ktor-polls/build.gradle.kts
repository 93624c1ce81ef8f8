val ktorVersion = "2.3.10"

plugins {
    kotlin("jvm") version "1.9.23"
    id("io.ktor.plugin") version "2.3.10"
    id("org.jlleitschuh.gradle.ktlint") version "12.1.0"
    id("org.jetbrains.kotlinx.kover") version "0.7.6"
}

application {
    mainClass.set("io.ktor.server.netty.EngineMain")
}

dependencies {
    implementation("io.ktor:ktor-server-core:$ktorVersion")
    implementation("io.ktor:ktor-server-netty:$ktorVersion")
    implementation("io.ktor:ktor-server-status-pages:$ktorVersion")
    implementation("org.jetbrains.exposed:exposed-jdbc:0.49.0")
    implementation("org.flywaydb:flyway-core:10.11.0")
    implementation("org.postgresql:postgresql:42.7.3")
    testImplementation("io.ktor:ktor-server-test-host:$ktorVersion")
    testImplementation("io.kotest:kotest-runner-junit5:5.8.1")
}

tasks.test { useJUnitPlatform() }

tasks.register<JavaExec>("seed") {
    group = "application"
    description = "Fills an empty database with polls"
    mainClass.set("polls.SeedKt")
}

koverReport {
    verify { rule { minBound(70) } }
}
