package coop.kilowatt.metering.application;

import coop.kilowatt.metering.application.port.in.RecordReading;
import coop.kilowatt.metering.application.port.out.ReadingStore;
import coop.kilowatt.metering.domain.Reading;
import jakarta.enterprise.context.ApplicationScoped;

@ApplicationScoped
class RecordReadingService implements RecordReading {
    private final ReadingStore store;

    RecordReadingService(ReadingStore store) {
        this.store = store;
    }

    @Override
    public void record(Reading reading) {
        store.save(reading);
    }
}
