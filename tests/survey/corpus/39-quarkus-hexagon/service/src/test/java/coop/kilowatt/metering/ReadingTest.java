package coop.kilowatt.metering;

import static org.junit.jupiter.api.Assertions.assertThrows;

import coop.kilowatt.metering.domain.ImplausibleReading;
import coop.kilowatt.metering.domain.Reading;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ReadingTest {
    @Test
    void negativeReadingsAreImplausible() {
        assertThrows(ImplausibleReading.class, () -> new Reading("m", Instant.EPOCH, -1));
    }
}
