INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "rest_framework",
    "patients",
    "visits",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.mysql", "NAME": "clinic"}}
ROOT_URLCONF = "config.urls"
REST_FRAMEWORK = {"EXCEPTION_HANDLER": "config.errors.handler"}
LOGGING = {"version": 1, "handlers": {"console": {"class": "logging.StreamHandler"}}}
