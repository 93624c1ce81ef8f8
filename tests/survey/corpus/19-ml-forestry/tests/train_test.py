import pytest

from canopy.train import NoTiles, fit


def test_no_tiles(tmp_path):
    with pytest.raises(NoTiles):
        fit(tmp_path, tmp_path / "m.pt")
