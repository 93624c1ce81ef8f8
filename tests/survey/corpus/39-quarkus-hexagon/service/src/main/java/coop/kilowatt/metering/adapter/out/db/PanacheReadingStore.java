package coop.kilowatt.metering.adapter.out.db;

import coop.kilowatt.metering.application.port.out.ReadingStore;
import coop.kilowatt.metering.domain.Reading;
import jakarta.enterprise.context.ApplicationScoped;

@ApplicationScoped
class PanacheReadingStore implements ReadingStore {
    @Override
    public void save(Reading reading) {
        ReadingEntity.of(reading).persist();
    }
}
