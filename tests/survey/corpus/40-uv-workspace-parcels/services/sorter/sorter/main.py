"""Reads scans, writes ParcelSorted."""
import asyncio

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from loguru import logger
from parcel_events import ParcelSorted, UnknownEvent

from sorter.chutes import chute_of


async def handle(raw: bytes, out: AIOKafkaProducer) -> None:
    if not raw.startswith(b"scan:"):
        raise UnknownEvent(raw[:20])
    parcel = raw[5:].decode()
    await out.send("sorted", ParcelSorted(parcel=parcel, chute=chute_of(parcel)).model_dump_json().encode())


async def main() -> None:
    consumer, producer = AIOKafkaConsumer("scans"), AIOKafkaProducer()
    async for message in consumer:
        try:
            await handle(message.value, producer)
        except UnknownEvent:
            logger.exception("dropped")


def run() -> None:
    asyncio.run(main())
