#!/bin/sh
# The event types that the code sends, its table of them and the API document name the same.
set -eu
cd "$(dirname "$0")/../.."
code=$(find src -name '*.c' ! -name event_types.c -exec cat {} +)
words() { grep -aoE '"(plan|phase|progress|hook)\.[a-z_]+"' | tr -d '"' | sort -u; }
named=$(echo "$code" | words)
sent=$(echo "$code" | tr '\n' ' ' | grep -aoE '(plan_txn_event|deliver_to|deliver_news)\([^;]*;' | words)
table=$(sed -n '/event_types\[\]/,/NULL/s/^    "\(.*\)",$/\1/p' src/service/event_types.c | sort)
documented=$(awk '/^    EventType:/ { on = 1 } on && /enum: \[/ { list = 1; next } list && /\]/ { exit } list' api/openapi.yaml |
    tr -d ' ' | tr ',' '\n' | grep . | sort)
status=0
for type in $documented; do
    echo "$table" | grep -qx "$type" || { echo "src/service/event_types.c lacks $type"; status=1; }
    echo "$named" | grep -qx "$type" || { echo "nothing sends $type"; status=1; }
done
for type in $table; do
    echo "$documented hook.test hook.disabled" | grep -qw "$type" || { echo "api/openapi.yaml: EventType lacks $type"; status=1; }
done
for type in $sent; do
    echo "$table" | grep -qx "$type" || { echo "src/service/event_types.c lacks $type"; status=1; }
done
exit $status
