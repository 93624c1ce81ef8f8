namespace Invoicing.Worker;

public class NegativeInvoiceException : Exception
{
    public NegativeInvoiceException(Guid order) : base($"order {order} has a negative total")
    {
    }
}
