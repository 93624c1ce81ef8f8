from aws_lambda_powertools import Logger
from tenacity import retry, stop_after_attempt, wait_exponential

log = Logger()


@retry(stop=stop_after_attempt(4), wait=wait_exponential(max=8))
def send(text: str) -> None:
    log.info("sent", text=text)


def handler(event, context):
    for record in event["Records"]:
        send(record["body"])
