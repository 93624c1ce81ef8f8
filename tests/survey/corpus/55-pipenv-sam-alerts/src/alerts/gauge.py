import json

from aws_lambda_powertools import Logger
from pydantic import BaseModel, ValidationError

from alerts.errors import UnknownGauge

log = Logger()
KNOWN = {"weir", "bridge"}


class Level(BaseModel):
    centimetres: int


@log.inject_lambda_context
def handler(event, context):
    try:
        name = event["pathParameters"]["gauge"]
        if name not in KNOWN:
            raise UnknownGauge(name)
        level = Level.model_validate_json(event["body"])
    except ValidationError as e:
        return {"statusCode": 422, "body": e.json()}
    except UnknownGauge as e:
        log.warning("unknown gauge", gauge=str(e))
        return {"statusCode": 404, "body": json.dumps({"error": "unknown gauge"})}
    return {"statusCode": 202, "body": level.model_dump_json()}
