package eu.northsure.claims.app.service;

import eu.northsure.claims.domain.Claim;
import eu.northsure.claims.domain.ClaimRepository;
import java.math.BigDecimal;
import java.util.UUID;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
public class ClaimService {
    private final ClaimRepository repository;

    public ClaimService(ClaimRepository repository) {
        this.repository = repository;
    }

    public Claim one(UUID id) {
        return repository.find(id).orElseThrow();
    }

    @Transactional
    public Claim report(Claim claim) {
        repository.save(claim);
        return claim;
    }

    @Transactional
    public Claim assess(UUID id) {
        Claim done = one(id).assess(new BigDecimal("5000"));
        repository.save(done);
        return done;
    }

    public void withdraw(UUID id) {
        repository.save(new Claim(id, null, BigDecimal.ZERO, Claim.Status.REJECTED));
    }
}
