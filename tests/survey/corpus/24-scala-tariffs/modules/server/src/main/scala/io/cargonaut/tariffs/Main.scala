package io.cargonaut.tariffs

import cats.effect.{IO, IOApp}
import com.comcast.ip4s._
import org.http4s.ember.server.EmberServerBuilder

object Main extends IOApp.Simple {
  def run: IO[Unit] =
    EmberServerBuilder.default[IO].withPort(port"8081").withHttpApp(Routes.app.orNotFound).build.useForever
}
