# SPDX-FileCopyrightText: 2024 The Kiln authors
# SPDX-License-Identifier: MPL-2.0
"""Controls ceramic kilns."""

__version__ = "0.8.2"
