package eu.northsure.claims.app.web;

import eu.northsure.claims.app.service.ClaimService;
import eu.northsure.claims.domain.Claim;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/claims")
public class ClaimController {
    private final ClaimService claims;

    public ClaimController(ClaimService claims) {
        this.claims = claims;
    }

    @GetMapping("/{id}")
    public Claim one(@PathVariable UUID id) {
        return claims.one(id);
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    public Claim report(@RequestBody Claim claim) {
        return claims.report(claim);
    }

    @PutMapping(path = "/{id}/assessment")
    public Claim assess(@PathVariable UUID id) {
        return claims.assess(id);
    }

    @RequestMapping(value = "/{id}", method = RequestMethod.DELETE)
    public void withdraw(@PathVariable UUID id) {
        claims.withdraw(id);
    }
}
