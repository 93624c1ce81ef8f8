using Microsoft.EntityFrameworkCore;
using Parking.Api;
using Parking.Api.Data;
using Serilog;

var builder = WebApplication.CreateBuilder(args);
builder.Host.UseSerilog((context, log) => log.ReadFrom.Configuration(context.Configuration));
builder.Services.AddControllers();
builder.Services.AddDbContext<ParkingDb>(o => o.UseSqlServer(builder.Configuration.GetConnectionString("Parking")));
builder.Services.AddProblemDetails();
builder.Services.AddExceptionHandler<DomainExceptionHandler>();

var app = builder.Build();
app.UseExceptionHandler();
app.MapControllers();

app.MapGet("/healthz", () => Results.Ok());

var garages = app.MapGroup("/garages");
garages.MapGet("/", async (ParkingDb db) => await db.Garages.ToListAsync());
garages.MapPut("/{id:int}", async (int id, Garage garage, ParkingDb db) =>
{
    db.Update(garage with { Id = id });
    await db.SaveChangesAsync();
});

app.Run();
