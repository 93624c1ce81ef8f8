#!/bin/sh
# The program starts and ends.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
: | "$1" --db "$dir/s.db"
