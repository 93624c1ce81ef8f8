package io.cargonaut.tariffs

import cats.syntax.all._

sealed trait TariffError extends Product with Serializable
object TariffError {
  final case class UnknownZone(zone: String) extends TariffError
  case object Overweight extends TariffError
}

final case class Tariff(zone: String, grams: Int, cents: Long)

object Tariff {
  private val zones = Map("EU" -> 900L, "CH" -> 1400L)

  def quote(zone: String, grams: Int): Either[TariffError, Tariff] =
    for {
      base <- zones.get(zone).toRight(TariffError.UnknownZone(zone))
      _ <- Either.cond(grams <= 30000, (), TariffError.Overweight)
    } yield Tariff(zone, grams, base + grams / 500 * 120L)
}
