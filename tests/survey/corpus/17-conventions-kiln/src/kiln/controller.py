# SPDX-FileCopyrightText: 2024 The Kiln authors
# SPDX-License-Identifier: MPL-2.0
"""Talks to the controller of a kiln."""

import time

import serial

from kiln.errors import NoAnswer, Overheated

ATTEMPTS = 3


class Controller:
    def __init__(self, port: str) -> None:
        self.line = serial.serial_for_url(port, timeout=2)

    def ask(self, question: bytes) -> bytes:
        for attempt in range(ATTEMPTS):
            self.line.write(question + b"\r")
            answer = self.line.readline()
            if answer:
                return answer.strip()
            time.sleep(2**attempt)
        raise NoAnswer(f"no answer after {ATTEMPTS} attempts")

    def ramp(self, target: int) -> None:
        if target > 1300:
            raise Overheated(f"{target} degrees would melt the shelves")
        self.ask(b"SP %d" % target)
