from django.db import models


class VisitClosed(Exception):
    """A closed visit is never changed."""


class Visit(models.Model):
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT)
    started = models.DateTimeField()
    closed = models.DateTimeField(null=True)
