"""Called for every picture that lands in the bucket."""

import io
import logging
import os

import boto3
from PIL import Image

from resize.sizes import fitted

log = logging.getLogger(__name__)


def handle(event, context):
    s3 = boto3.client("s3")
    target = os.environ["TARGET_BUCKET"]
    wanted = int(os.environ["WIDTH"])
    for record in event["Records"]:
        bucket, key = record["s3"]["bucket"]["name"], record["s3"]["object"]["key"]
        body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        s3.put_object(Bucket=target, Key=key, Body=thumbnail(body, wanted))
        log.info("thumbnail made", extra={"key": key})


def thumbnail(body: bytes, wanted: int) -> bytes:
    with Image.open(io.BytesIO(body)) as picture:
        small = picture.resize(fitted(picture.width, picture.height, wanted))
        out = io.BytesIO()
        small.save(out, format="JPEG", quality=85)
        return out.getvalue()
