package de.lagerwerk.api;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class WmsApplication {
    public static void main(String... args) {
        SpringApplication.run(WmsApplication.class, args);
    }
}
