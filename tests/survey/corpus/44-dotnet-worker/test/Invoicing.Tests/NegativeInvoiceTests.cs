using Invoicing.Worker;
using NUnit.Framework;

namespace Invoicing.Tests;

[TestFixture]
public class NegativeInvoiceTests
{
    [Test]
    public void TheMessageNamesTheOrder()
    {
        Assert.That(new NegativeInvoiceException(Guid.Empty).Message, Does.Contain("00000000"));
    }
}
