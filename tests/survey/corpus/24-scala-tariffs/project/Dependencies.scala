import sbt._

object Dependencies {
  private val http4sVersion = "0.23.26"

  val catsCore = "org.typelevel" %% "cats-core" % "2.10.0"
  val http4sEmber = "org.http4s" %% "http4s-ember-server" % http4sVersion
  val http4sDsl = "org.http4s" %% "http4s-dsl" % http4sVersion
  val doobie = "org.tpolecat" %% "doobie-postgres" % "1.0.0-RC5"
  val munit = "org.scalameta" %% "munit" % "0.7.29"
}
