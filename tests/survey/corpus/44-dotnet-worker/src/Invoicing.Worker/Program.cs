using Invoicing.Worker;
using MassTransit;

IHost host = Host.CreateDefaultBuilder(args)
    .ConfigureServices(services =>
    {
        services.AddSingleton<InvoiceStore>();
        services.AddMassTransit(x =>
        {
            x.AddConsumer<OrderShippedConsumer>();
            x.UsingRabbitMq((context, cfg) => cfg.ConfigureEndpoints(context));
        });
    })
    .Build();

await host.RunAsync();
