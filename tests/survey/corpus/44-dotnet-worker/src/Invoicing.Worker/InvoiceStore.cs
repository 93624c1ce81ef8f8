using Dapper;
using Npgsql;

namespace Invoicing.Worker;

public class InvoiceStore
{
    private readonly string _connection;

    public InvoiceStore(IConfiguration configuration) => _connection = configuration.GetConnectionString("Invoices")!;

    public async Task Add(OrderShipped order)
    {
        await using var db = new NpgsqlConnection(_connection);
        await db.ExecuteAsync("INSERT INTO invoice (order_id, total) VALUES (@OrderId, @Total)", order);
    }
}
