import Dependencies._

ThisBuild / organization := "io.cargonaut"
ThisBuild / scalaVersion := "2.13.13"
ThisBuild / version := "0.12.0-SNAPSHOT"

lazy val root = (project in file("."))
  .aggregate(core, server)
  .settings(name := "tariffs", publish / skip := true)

lazy val core = (project in file("modules/core"))
  .settings(
    name := "tariffs-core",
    libraryDependencies ++= Seq(catsCore, munit % Test)
  )

lazy val server = (project in file("modules/server"))
  .enablePlugins(JavaAppPackaging, DockerPlugin)
  .dependsOn(core)
  .settings(
    name := "tariffs-server",
    libraryDependencies ++= Seq(http4sEmber, http4sDsl, doobie, "ch.qos.logback" % "logback-classic" % "1.5.6")
  )

addCommandAlias("fmt", "scalafmtAll; scalafmtSbt")
addCommandAlias("ci", "scalafmtCheckAll; coverage; test; coverageAggregate")
coverageMinimumStmtTotal := 80
coverageFailOnMinimum := true
