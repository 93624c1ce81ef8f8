namespace Parking.Core;

public record Ticket(Guid Id, string Plate, DateTimeOffset EnteredAt);
