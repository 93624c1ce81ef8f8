package eu.northsure.claims.domain;

import java.math.BigDecimal;
import java.util.UUID;

public record Claim(UUID id, String policy, BigDecimal amount, Status status) {
    public enum Status { REPORTED, ASSESSED, PAID, REJECTED }

    public Claim assess(BigDecimal limit) {
        if (amount.compareTo(limit) > 0) {
            throw new LimitExceededException(id, limit);
        }
        return new Claim(id, policy, amount, Status.ASSESSED);
    }
}
