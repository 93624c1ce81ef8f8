package de.lagerwerk.api;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MovesListenerTest {
    @Test
    void anEmptyMoveIsRefused() {
        assertThatThrownBy(() -> new MovesListener().on(" ")).isInstanceOf(IllegalArgumentException.class);
    }
}
