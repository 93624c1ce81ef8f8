using Microsoft.EntityFrameworkCore;
using Parking.Core;

namespace Parking.Api.Data;

public record Garage(int Id, string Name, int Places);

public class ParkingDb(DbContextOptions<ParkingDb> options) : DbContext(options)
{
    public DbSet<Ticket> Tickets => Set<Ticket>();
    public DbSet<Garage> Garages => Set<Garage>();
}
