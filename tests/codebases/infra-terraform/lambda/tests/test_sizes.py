import pytest

from resize.sizes import NoPicture, fitted


def test_small_pictures_stay():
    assert fitted(100, 80, 320) == (100, 80)


def test_large_pictures_keep_their_shape():
    assert fitted(640, 480, 320) == (320, 240)


def test_what_has_no_size_is_refused():
    with pytest.raises(NoPicture):
        fitted(0, 10, 320)
