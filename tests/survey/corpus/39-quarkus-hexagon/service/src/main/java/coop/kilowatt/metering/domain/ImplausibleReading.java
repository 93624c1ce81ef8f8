package coop.kilowatt.metering.domain;

public final class ImplausibleReading extends RuntimeException {
    public ImplausibleReading(String meter, long value) {
        super("meter " + meter + " says " + value);
    }
}
