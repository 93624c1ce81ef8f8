package coop.kilowatt.metering.adapter.in.rest;

import coop.kilowatt.metering.domain.ImplausibleReading;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import org.jboss.logging.Logger;

@Provider
public class ImplausibleReadingMapper implements ExceptionMapper<ImplausibleReading> {
    private static final Logger LOG = Logger.getLogger(ImplausibleReadingMapper.class);

    @Override
    public Response toResponse(ImplausibleReading e) {
        LOG.info(e.getMessage());
        return Response.status(422).entity(e.getMessage()).build();
    }
}
