package de.lagerwerk.api;

import de.lagerwerk.stock.Shelf;
import org.springframework.web.bind.annotation.*;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@RestController
class StockController {
    private static final String BASE = "/stock";

    @GetMapping("/stock/{sku}")
    Flux<Shelf> find(@PathVariable String sku) {
        return Flux.just(new Shelf("A-01", sku, 4));
    }

    @PostMapping({"/stock/{sku}/moves"})
    Mono<Void> move(@PathVariable String sku, @RequestParam String to) {
        return Mono.empty();
    }

    @ExceptionHandler(IllegalArgumentException.class)
    Mono<String> bad(IllegalArgumentException e) {
        return Mono.just(e.getMessage());
    }
}
