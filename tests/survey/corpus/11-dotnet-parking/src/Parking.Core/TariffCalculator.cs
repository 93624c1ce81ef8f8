namespace Parking.Core;

public class TariffCalculator
{
    public decimal Price(Ticket ticket, DateTimeOffset now)
    {
        var time = now - ticket.EnteredAt;
        if (time < TimeSpan.Zero) throw new ParkingException("clock", "entered in the future");
        return Math.Ceiling((decimal)time.TotalMinutes / 20) * 0.9m;
    }
}
