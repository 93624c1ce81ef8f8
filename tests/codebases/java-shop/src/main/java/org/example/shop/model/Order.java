package org.example.shop.model;

import java.time.Instant;

public record Order(long id, long customerId, long cents, Instant placedAt) {}
