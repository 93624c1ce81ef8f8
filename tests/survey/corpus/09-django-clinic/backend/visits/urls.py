from django.urls import path, re_path

from . import views

urlpatterns = [
    path("", views.week),
    re_path(r"^(?P<year>\d{4})/(?P<week>\d{1,2})/$", views.week),
]
