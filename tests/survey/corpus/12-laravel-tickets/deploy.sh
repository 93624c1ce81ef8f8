#!/usr/bin/env bash
# Rolls the current commit out: deploy.sh ENVIRONMENT
set -euo pipefail
environment=${1:?environment}
rsync -a --delete --exclude .env ./ "deploy@$environment.openair.example:/srv/tickets/"
ssh "deploy@$environment.openair.example" 'cd /srv/tickets && php artisan migrate --force && php artisan config:cache'
