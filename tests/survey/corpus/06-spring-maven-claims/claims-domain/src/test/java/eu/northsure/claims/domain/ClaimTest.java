package eu.northsure.claims.domain;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ClaimTest {
    @Test
    void aClaimAboveTheLimitIsRefused() {
        var claim = new Claim(UUID.randomUUID(), "P-1", new BigDecimal("900"), Claim.Status.REPORTED);
        assertThrows(LimitExceededException.class, () -> claim.assess(new BigDecimal("500")));
    }
}
