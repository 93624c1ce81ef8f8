from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from .models import Visit, VisitClosed


def healthz(_request):
    return HttpResponse("ok")


def week(request, year=None, week=None):
    return JsonResponse({"year": year, "week": week})


@require_POST
def close_visit(request, pk):
    visit = Visit.objects.get(pk=pk)
    if visit.closed:
        raise VisitClosed
    visit.closed = timezone.now()
    visit.save()
    return JsonResponse({"closed": visit.closed})
