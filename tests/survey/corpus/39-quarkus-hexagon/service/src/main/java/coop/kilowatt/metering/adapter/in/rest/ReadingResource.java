package coop.kilowatt.metering.adapter.in.rest;

import coop.kilowatt.metering.application.port.in.RecordReading;
import coop.kilowatt.metering.domain.Reading;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.time.Instant;

@Path("/meters/{meter}/readings")
public class ReadingResource {
    private final RecordReading readings;

    ReadingResource(RecordReading readings) {
        this.readings = readings;
    }

    @POST
    public Response add(@PathParam("meter") String meter, long wattHours) {
        readings.record(new Reading(meter, Instant.now(), wattHours));
        return Response.accepted().build();
    }

    @GET
    @Path("/latest")
    public String latest(@PathParam("meter") String meter) {
        return meter;
    }
}
