#!/usr/bin/env bash
# Formats what git knows; "check" as the argument only complains.
set -euo pipefail
cd "$(dirname "$0")/../.."
mode=(-i)
[ "${1:-}" != check ] || mode=(--dry-run --Werror)
git ls-files '*.cpp' '*.hpp' | xargs clang-format "${mode[@]}"
