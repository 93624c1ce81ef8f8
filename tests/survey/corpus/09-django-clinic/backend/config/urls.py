from django.urls import include, path
from rest_framework.routers import DefaultRouter

from patients.views import PatientViewSet
from visits import views

router = DefaultRouter()
router.register("patients", PatientViewSet)

urlpatterns = [
    path("api/", include(router.urls)),
    path("api/visits/<int:pk>/close/", views.close_visit),
    path("calendar/", include("visits.urls")),
    path("healthz", views.healthz),
]
