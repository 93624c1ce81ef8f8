package eu.northsure.claims.domain;

import java.math.BigDecimal;
import java.util.UUID;

public class LimitExceededException extends RuntimeException {
    public LimitExceededException(UUID claim, BigDecimal limit) {
        super("claim " + claim + " exceeds " + limit);
    }
}
