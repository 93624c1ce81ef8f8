#!/bin/sh
# What was appended comes out again.
set -eu
tmp=$(mktemp)
trap 'rm -f "$tmp"' EXIT
../src/quillcat "$tmp"
