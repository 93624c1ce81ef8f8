package org.example.shop.model;

public record Customer(long id, String email, String name) {}
