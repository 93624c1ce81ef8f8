#!/usr/bin/env bash
# Tags the next version.
set -euo pipefail
last=$(git describe --tags --abbrev=0)
git tag "v$((${last#v} + 1))"
git push --tags
