package coop.kilowatt.metering.application.port.out;

import coop.kilowatt.metering.domain.Reading;

public interface ReadingStore {
    void save(Reading reading);
}
