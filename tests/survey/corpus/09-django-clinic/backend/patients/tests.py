import pytest

from .models import Patient


@pytest.mark.django_db
def test_patients_are_listed(client):
    Patient.objects.create(name="A", born="1980-01-01", insurance_number="1")
    assert len(client.get("/api/patients/").json()) == 1
