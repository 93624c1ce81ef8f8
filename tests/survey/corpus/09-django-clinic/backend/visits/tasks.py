from celery import shared_task

from .models import Visit


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def send_report(visit_id):
    return Visit.objects.get(pk=visit_id).patient_id
