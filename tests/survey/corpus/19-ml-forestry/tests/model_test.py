import torch

from canopy.model import CrownNet


def test_the_size_is_kept():
    assert CrownNet(4)(torch.zeros(1, 4, 16, 16)).shape == (1, 1, 16, 16)
