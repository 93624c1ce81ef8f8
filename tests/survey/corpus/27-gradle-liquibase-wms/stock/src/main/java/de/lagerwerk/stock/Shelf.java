package de.lagerwerk.stock;

public record Shelf(String code, String sku, int pieces) {
    public Shelf {
        if (pieces < 0) {
            throw new NegativeStockException(code);
        }
    }
}
