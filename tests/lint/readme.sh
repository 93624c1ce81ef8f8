#!/bin/sh
# The README's tables are the program's own: routes, states and settings; the plan it shows is one of tests/golden.
# $1: the build directory.
set -eu
cd "$(dirname "$0")/../.."
pland=$1/pland
status=0
"$pland" routes | while read -r method pattern _; do
    grep -qF "| \`$method $pattern\`" README.md || echo "README lacks the route $method $pattern"
done >"$1/readme.missing"
grep -oE '^\| `(GET|POST|PUT|PATCH|DELETE) [^`]+`' README.md | sed 's/^| `//; s/`$//' | while read -r method pattern; do
    "$pland" routes | awk '{ print $1, $2 }' | grep -qxF "$method $pattern" || echo "README names a route that is not there: $method $pattern"
done >>"$1/readme.missing"
for table in states settings; do
    "$pland" $table | grep '^|' >"$1/readme.$table"
    while read -r line; do
        grep -qxF "$line" README.md || echo "README's table of $table lacks: $line"
    done <"$1/readme.$table" >>"$1/readme.missing"
done
shown=tests/golden/python-api--parcel_twice_bug.md
awk '/^````$/ { on = 0 } on; /^````markdown$/ { on = 1 }' README.md | cmp -s - $shown || echo "README does not show $shown as it is" >>"$1/readme.missing"
[ ! -s "$1/readme.missing" ] || { cat "$1/readme.missing"; status=1; }
exit $status
