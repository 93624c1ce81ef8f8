package coop.kilowatt.metering.application.port.in;

import coop.kilowatt.metering.domain.Reading;

public interface RecordReading {
    void record(Reading reading);
}
