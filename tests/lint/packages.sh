#!/bin/sh
# Every library that the build asks for is in the one list of packages, and nothing is fetched from anywhere else.
set -eu
cd "$(dirname "$0")/../.."
status=0
for pair in libmicrohttpd:libmicrohttpd-dev jansson:libjansson-dev libcurl:libcurl4-openssl-dev sqlite3:libsqlite3-dev libpq:libpq-dev \
    libgit2:libgit2-dev libarchive:libarchive-dev libsodium:libsodium-dev md4c:libmd4c-dev \
    yaml-0.1:libyaml-dev libxml-2.0:libxml2-dev gnutls:libgnutls28-dev check:check openssl:libssl-dev; do
    grep -qE "^(build|test) ${pair#*:}\$" deploy/packages.txt || { echo "deploy/packages.txt lacks ${pair#*:}"; status=1; }
done
for module in $(grep -hoE 'IMPORTED_TARGET [a-z0-9.-]+' CMakeLists.txt tests/CMakeLists.txt | cut -d' ' -f2); do
    case $module in
    libmicrohttpd | jansson | libcurl | sqlite3 | libpq | libgit2 | libarchive | libsodium | md4c | yaml-0.1 | libxml-2.0 | gnutls | check | openssl) ;;
    *) echo "CMake asks for $module: add it here and to deploy/packages.txt"; status=1 ;;
    esac
done
if git grep -nE 'FetchContent|ExternalProject|file\(DOWNLOAD' -- '*.txt' '*.cmake'; then status=1; fi
exit $status
