from django.db import models


class Patient(models.Model):
    name = models.CharField(max_length=200)
    born = models.DateField()
    insurance_number = models.CharField(max_length=20, unique=True)
