package de.lagerwerk.stock;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShelfTest {
    @Test
    void stockIsNeverNegative() {
        assertThatThrownBy(() -> new Shelf("A", "x", -1)).isInstanceOf(NegativeStockException.class);
    }
}
