namespace Parking.Core;

public class ParkingException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}

public sealed class TicketUnknownException(Guid id) : ParkingException("unknown", $"there is no ticket {id}");
