package de.lagerwerk.stock;

public class NegativeStockException extends IllegalStateException {
    public NegativeStockException(String shelf) {
        super("negative stock on " + shelf);
    }
}
