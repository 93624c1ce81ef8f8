using Microsoft.AspNetCore.Diagnostics;
using Parking.Core;

namespace Parking.Api;

internal sealed class DomainExceptionHandler(IProblemDetailsService problems, ILogger<DomainExceptionHandler> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken ct)
    {
        if (exception is not ParkingException refused) return false;
        log.LogInformation("Refused {Code}", refused.Code);
        context.Response.StatusCode = StatusCodes.Status409Conflict;
        return await problems.TryWriteAsync(new() { HttpContext = context, Exception = exception });
    }
}
