using Microsoft.AspNetCore.Mvc;
using Parking.Api.Data;
using Parking.Core;

namespace Parking.Api.Controllers;

[ApiController]
[Route("api/[controller]")]
public class TicketsController(ParkingDb db, TariffCalculator tariff) : ControllerBase
{
    [HttpGet("{id:guid}")]
    public async Task<ActionResult<Ticket>> Get(Guid id)
        => await db.Tickets.FindAsync(id) is { } ticket ? ticket : NotFound();

    [HttpPost]
    public async Task<ActionResult<Ticket>> Enter([FromBody] string plate)
    {
        var ticket = new Ticket(Guid.NewGuid(), plate, DateTimeOffset.UtcNow);
        db.Add(ticket);
        await db.SaveChangesAsync();
        return CreatedAtAction(nameof(Get), new { id = ticket.Id }, ticket);
    }

    [HttpPost("{id:guid}/payment")]
    public async Task<decimal> Pay(Guid id)
    {
        var ticket = await db.Tickets.FindAsync(id) ?? throw new TicketUnknownException(id);
        return tariff.Price(ticket, DateTimeOffset.UtcNow);
    }
}
