#!/bin/sh
# Each migration after the ones from before daemons shared databases says which older daemons may go on beside it, in a
# line "-- compatible with N"; one that takes something away also says what, and since which version nobody uses it
# ("-- contracts since N: what"), and that version is the oldest it is compatible with.
set -eu
cd "$(dirname "$0")/../.."
status=0
say() { echo "$1"; status=1; }
for up in "${1:-migrations}"/*.up.sql; do
    n=$(basename "$up" | sed 's/^0*\([0-9]*\)_.*/\1/')
    [ "$n" -gt 17 ] || continue
    with=$(sed -n 's/^-- compatible with \([0-9]*\)$/\1/p' "$up")
    since=$(sed -n 's/^-- contracts since \([0-9]*\): .*/\1/p' "$up")
    case $with in
    '' | *[!0-9]*) say "$up: one line must say '-- compatible with N', the oldest version whose daemons may run beside it"; continue ;;
    esac
    { [ "$with" -ge 1 ] && [ "$with" -le "$n" ]; } || say "$up: compatible with $with is not from 1 to $n"
    takes=$(sed 's/--.*//' "$up" | grep -niE '\b(DROP|RENAME|TRUNCATE)\b|\bALTER +COLUMN\b|\bADD +COLUMN\b[^;,]*\bNOT +NULL\b' |
        grep -viE '\bADD +COLUMN\b[^;,]*\bDEFAULT\b' | head -n 1) || true
    if [ -n "$takes" ] && [ "$since" != "$with" ]; then
        say "$up: $takes: ends what older daemons need: say '-- contracts since $with: WHAT', $with being the first version that needs it no more"
    fi
    [ -z "$since" ] || [ -n "$takes" ] || say "$up: contracts nothing"
done
exit $status
