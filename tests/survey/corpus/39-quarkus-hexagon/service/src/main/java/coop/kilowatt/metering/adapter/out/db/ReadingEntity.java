package coop.kilowatt.metering.adapter.out.db;

import coop.kilowatt.metering.domain.Reading;
import io.quarkus.hibernate.orm.panache.PanacheEntity;
import jakarta.persistence.Entity;

@Entity
class ReadingEntity extends PanacheEntity {
    public String meter;
    public long wattHours;

    static ReadingEntity of(Reading r) {
        ReadingEntity e = new ReadingEntity();
        e.meter = r.meter();
        e.wattHours = r.wattHours();
        return e;
    }
}
