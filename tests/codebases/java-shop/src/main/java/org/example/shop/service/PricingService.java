package org.example.shop.service;

import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Service;

@Service
public class PricingService {
    private static final Map<String, Long> CENTS = Map.of("mug", 1200L, "kettle", 4900L, "tray", 2100L);
    private static final int FREE_SHIPPING_FROM = 5000;
    private static final long SHIPPING = 490;

    public long total(List<String> articles) {
        long sum = articles.stream().mapToLong(a -> CENTS.getOrDefault(a, 0L)).sum();
        return sum >= FREE_SHIPPING_FROM ? sum : sum + SHIPPING;
    }
}
