package de.lagerwerk.api;

import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.annotation.RetryableTopic;
import org.springframework.stereotype.Component;

@Component
class MovesListener {
    @RetryableTopic(attempts = "4")
    @KafkaListener(topics = "moves")
    void on(String message) {
        if (message.isBlank()) {
            throw new IllegalArgumentException("empty move");
        }
    }
}
