# SPDX-FileCopyrightText: 2024 The Kiln authors
# SPDX-License-Identifier: MPL-2.0
"""The command line."""

import sys

import click

from kiln.controller import Controller
from kiln.errors import KilnError


@click.group()
def cli() -> None:
    """Fire pots."""


@cli.command()
@click.argument("port")
@click.option("--target", type=int, default=1040)
def fire(port: str, target: int) -> None:
    Controller(port).ramp(target)


def main() -> None:
    try:
        cli(standalone_mode=False)
    except KilnError as error:
        click.echo(f"kiln: {error}", err=True)
        sys.exit(error.exit_code)
