"""Takes readings from the queue and writes forecasts."""
import json
import logging
import os

import boto3

log = logging.getLogger(__name__)


class BadMessage(ValueError):
    pass


def handle(body: str) -> dict:
    try:
        return json.loads(body)
    except json.JSONDecodeError as e:
        raise BadMessage(body[:80]) from e


def main() -> None:
    queue = boto3.resource("sqs").Queue(os.environ["QUEUE_URL"])
    while True:
        for message in queue.receive_messages(WaitTimeSeconds=20):
            try:
                handle(message.body)
            except BadMessage:
                log.exception("dropped")
            message.delete()
