#!/usr/bin/env bash
# api/openapi.yaml is OpenAPI 3.1 by Redocly's rules, its examples included. The linter comes from npm in the versions of
# the lock file; once it is there no network is needed, and nothing is reported to anybody.
set -eu
cd "$(dirname "$0")/npm"
export REDOCLY_TELEMETRY=off npm_config_update_notifier=false npm_config_audit=false npm_config_fund=false
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
    npm ci --ignore-scripts --loglevel=error
fi
exec node openapi.mjs ../../../api/openapi.yaml
