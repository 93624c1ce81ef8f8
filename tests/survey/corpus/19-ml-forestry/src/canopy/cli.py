"""canopy: tile, train, evaluate."""
import json
import logging
from pathlib import Path

import typer

from canopy import evaluate as _evaluate
from canopy import train as _train

app = typer.Typer(no_args_is_help=True)
logging.basicConfig(level=logging.INFO)


@app.command()
def tile(source: Path, out: Path, size: int = 512) -> None:
    out.mkdir(parents=True, exist_ok=True)
    typer.echo(f"{source} in tiles of {size}")


@app.command()
def train(tiles: Path, out: Path = Path("out/model.pt")) -> None:
    _train.fit(tiles, out)


@app.command()
def evaluate(model: Path) -> None:
    typer.echo(json.dumps(_evaluate.score(model)))
