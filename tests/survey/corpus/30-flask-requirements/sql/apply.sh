#!/bin/sh
# Applies what schema_version has not seen; the files are in order of their number.
set -eu
cd "$(dirname "$0")"
for f in [0-9]*.sql; do
    psql -v ON_ERROR_STOP=1 -d "$DATABASE_URL" -f "$f"
done
