package org.example.shop.error;

public class NotFoundException extends RuntimeException {
    public NotFoundException(String what) {
        super(what + " does not exist");
    }
}
