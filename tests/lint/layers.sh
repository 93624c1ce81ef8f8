#!/bin/sh
# Fails when a source file includes a header of a room above its own or a sibling at the same rank, when a file or a
# function is too long, or when a library is used outside its room. Ranks are in tests/lint/ranks.txt.
set -eu
cd "$(dirname "$0")/../.."
status=0
# shellcheck disable=SC2046
awk -v max_file=450 -v max_fn=62 '
function bad(m) { print m; n++ }
function room_of(path,   d) { split(path, d, "/"); return d[1] == "src" ? d[2] : d[3] }
NR == FNR { rank[$1] = $2; next }
FNR == 1 { if (lines > max_file) bad(prev ": " lines " lines"); prev = FILENAME; open_at = 0; me = room_of(FILENAME)
           if (!(me in rank)) bad(FILENAME ": folder has no rank") }
{ lines = FNR }
/^#include "/ { p = $2; gsub(/"/, "", p); sub(/^pland\//, "", p); split(p, q, "/"); o = q[1]
  if (o != me && (o in rank) && rank[o] >= rank[me]) bad(FILENAME ":" FNR ": " me " (" rank[me] ") includes " o " (" rank[o] ")") }
/^\{/ { open_at = FNR }
/^\}/ { if (open_at && FNR - open_at - 1 > max_fn) bad(FILENAME ":" open_at ": function of " FNR - open_at - 1 " lines"); open_at = 0 }
END { if (lines > max_file) bad(prev ": " lines " lines"); exit n > 0 }
' tests/lint/ranks.txt $(find src include -name '*.[ch]' | sort) || status=1

# library header → the only rooms that may include it
only() {
    pattern=$1; shift
    for f in $(grep -rlE "#include <$pattern" src include || true); do
        room=$(printf '%s\n' "$f" | sed -E 's,^src/([^/]+)/.*,\1,; s,^include/pland/([^/]+)/.*,\1,')
        case " $* " in *" $room "*) ;; *) echo "$f: <$pattern> belongs to: $*"; status=1 ;; esac
    done
}
only 'sqlite3\.h' store
only 'libpq-fe\.h' store
only 'microhttpd\.h' web
only 'curl/' net
only 'git2' repo
only 'archive' repo
only 'yaml\.h' survey web
only 'libxml/' survey
only 'md4c' plan tracker cli
only 'gnutls' tracker

banned='\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|atoll|atof|strncpy|alloca|system|popen)\('
if grep -nE "$banned" -r src include; then
    echo "a banned call, see above"; status=1
fi
if grep -nE 'TODO|FIXME|XXX' -r src include | grep -vE '"[^"]*(TODO|FIXME|XXX)[^"]*"|<!-- placeholder words -->'; then
    echo "marks of unfinished work, see above"; status=1
fi
first=$(find src include -name '*.[ch]' -exec sh -c 'head -n 1 "$1" | grep -q "^/[*]" || echo "$1: the first line must say what the file is for"' _ {} \;)
[ -z "$first" ] || { echo "$first"; status=1; }
exit $status
