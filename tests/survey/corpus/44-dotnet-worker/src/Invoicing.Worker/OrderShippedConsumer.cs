using MassTransit;
using Polly;
using Polly.Retry;

namespace Invoicing.Worker;

public record OrderShipped(Guid OrderId, decimal Total);

public class OrderShippedConsumer : IConsumer<OrderShipped>
{
    private readonly InvoiceStore _store;
    private readonly ILogger<OrderShippedConsumer> _log;
    private readonly AsyncRetryPolicy _retry = Policy.Handle<TimeoutException>().WaitAndRetryAsync(3, n => TimeSpan.FromSeconds(n));

    public OrderShippedConsumer(InvoiceStore store, ILogger<OrderShippedConsumer> log)
    {
        _store = store;
        _log = log;
    }

    public Task Consume(ConsumeContext<OrderShipped> context)
    {
        if (context.Message.Total < 0)
        {
            throw new NegativeInvoiceException(context.Message.OrderId);
        }
        _log.LogInformation("Invoice for {Order}", context.Message.OrderId);
        return _retry.ExecuteAsync(() => _store.Add(context.Message));
    }
}
