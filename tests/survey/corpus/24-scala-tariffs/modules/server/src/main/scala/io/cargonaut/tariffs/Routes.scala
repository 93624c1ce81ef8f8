package io.cargonaut.tariffs

import cats.effect.IO
import org.http4s.HttpRoutes
import org.http4s.dsl.io._

object Routes {
  val app: HttpRoutes[IO] = HttpRoutes.of[IO] {
    case GET -> Root / "health" => Ok("ok")
    case GET -> Root / "quotes" / zone / IntVar(grams) =>
      Tariff.quote(zone, grams) match {
        case Right(t) => Ok(t.cents.toString)
        case Left(TariffError.UnknownZone(z)) => NotFound(s"no zone $z")
        case Left(TariffError.Overweight) => UnprocessableEntity("overweight")
      }
  }
}
