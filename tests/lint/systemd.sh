#!/bin/sh
# The unit file is valid and hardened: exposure 1.5 or lower.
set -eu
cd "$(dirname "$0")/../.."
out=$(systemd-analyze security --offline=true --threshold=15 deploy/pland.service) || { echo "$out"; exit 1; }
echo "$out" | tail -n 1
