import logging

from rest_framework.views import exception_handler

logger = logging.getLogger(__name__)


def handler(exc, context):
    response = exception_handler(exc, context)
    if response is None:
        logger.exception("unexpected error in %s", context["view"])
    return response
