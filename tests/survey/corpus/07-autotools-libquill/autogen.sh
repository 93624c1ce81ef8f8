#!/bin/sh
# Run this after a fresh clone; releases ship with configure.
set -e
mkdir -p m4
exec autoreconf --install --force "$@"
