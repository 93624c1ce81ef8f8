#!/usr/bin/env bash
# Pages of plans are HTML as the standard has it and accessible by the rules of html-validate: plans that the offline
# planner drafts, and documents whose every text is hostile. html.sh BUILD names the build that has the unit tests, which
# write the pages. The validator comes from npm in the versions of the lock file; once it is there no network is needed.
set -eu
build=$(cd "${1:-build/release}" && pwd)
pages=$(mktemp -d)
trap 'rm -rf "$pages"' EXIT
for program in planner_pages_test plan_pages_test; do
    PLAND_PAGES=$pages "$build/$program"
done
cd "$(dirname "$0")/npm"
export npm_config_update_notifier=false npm_config_audit=false npm_config_fund=false
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
    npm ci --ignore-scripts --loglevel=error
fi
node html.mjs "$pages"
