# sourced by the other scripts
red() { printf '\033[31m%s\033[0m\n' "$*"; }
