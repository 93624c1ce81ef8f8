package io.cargonaut.tariffs

class TariffSuite extends munit.FunSuite {
  test("an unknown zone is an error") {
    assertEquals(Tariff.quote("MOON", 1), Left(TariffError.UnknownZone("MOON")))
  }

  test("heavy parcels are refused") {
    assertEquals(Tariff.quote("EU", 30001), Left(TariffError.Overweight))
  }
}
