package org.example.shop.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PricingServiceTest {
    private final PricingService pricing = new PricingService();

    @Test
    void smallOrdersPayForShipping() {
        assertThat(pricing.total(List.of("mug"))).isEqualTo(1690);
    }

    @Test
    void largeOrdersShipFree() {
        assertThat(pricing.total(List.of("kettle", "mug"))).isEqualTo(6100);
    }
}
