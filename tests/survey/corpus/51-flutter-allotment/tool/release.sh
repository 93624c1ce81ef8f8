#!/usr/bin/env bash
# Builds the bundle for the store: release.sh VERSION
set -euo pipefail
version=$1
flutter test
flutter build appbundle --build-name "$version"
