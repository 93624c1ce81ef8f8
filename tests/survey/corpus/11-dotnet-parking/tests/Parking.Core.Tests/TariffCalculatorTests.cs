using Xunit;

namespace Parking.Core.Tests;

public class TariffCalculatorTests
{
    [Theory]
    [InlineData(5, 0.9)]
    [InlineData(41, 2.7)]
    public void StartedTwentyMinutesCount(int minutes, decimal price)
    {
        var entered = new DateTimeOffset(2024, 3, 1, 12, 0, 0, TimeSpan.Zero);
        var ticket = new Ticket(Guid.Empty, "AB-12", entered);
        Assert.Equal(price, new TariffCalculator().Price(ticket, entered.AddMinutes(minutes)));
    }
}
