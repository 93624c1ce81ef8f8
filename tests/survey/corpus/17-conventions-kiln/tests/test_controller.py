# SPDX-FileCopyrightText: 2024 The Kiln authors
# SPDX-License-Identifier: MPL-2.0
import pytest

from kiln.controller import Controller
from kiln.errors import Overheated


def test_too_hot():
    with pytest.raises(Overheated):
        Controller("loop://").ramp(1400)
