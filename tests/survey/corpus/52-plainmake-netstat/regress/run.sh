#!/bin/sh
# Runs nst over every table and compares.
set -eu
cd "$(dirname "$0")"
status=0
for t in *.tcp; do
    ../nst "$t" | cmp -s - "${t%.tcp}.out" || { echo "FAILED $t"; status=1; }
done
exit $status
