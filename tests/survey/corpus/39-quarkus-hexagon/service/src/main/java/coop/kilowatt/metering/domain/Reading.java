package coop.kilowatt.metering.domain;

import java.time.Instant;

public record Reading(String meter, Instant at, long wattHours) {
    public Reading {
        if (wattHours < 0) {
            throw new ImplausibleReading(meter, wattHours);
        }
    }
}
