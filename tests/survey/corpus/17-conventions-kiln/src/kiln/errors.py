# SPDX-FileCopyrightText: 2024 The Kiln authors
# SPDX-License-Identifier: MPL-2.0
"""Errors; each has the exit code of the program."""


class KilnError(Exception):
    exit_code = 1


class Overheated(KilnError):
    exit_code = 3


class NoAnswer(KilnError):
    exit_code = 4
