package eu.northsure.claims.domain;

import java.util.Optional;
import java.util.UUID;

/** A port: the application's adapter stores claims in PostgreSQL. */
public interface ClaimRepository {
    Optional<Claim> find(UUID id);

    void save(Claim claim);
}
