#!/usr/bin/env bash
# What bash and zsh offer for onsale.
# Usage: completion_test.sh BASH-COMPLETION ZSH-COMPLETION
set -eu

compopt() { :; }
# shellcheck disable=SC1090
. "$1"
zsh_completion=$(realpath "$2")

# offers WANTED WORD...: for the last word, which may be empty; WANTED in any order.
offers() {
    local wanted=$1
    shift
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    _onsale || true
    local found
    found=$(printf '%s\n' "${COMPREPLY[@]}" | sort -u | tr '\n' ' ')
    [ "$found" = "$wanted " ] || {
        echo "$*: offers '$found', not '$wanted'"
        exit 1
    }
}

offers 'queue' onsale qu
offers 'enter leave show wait' onsale queue ''
offers 'policy' onsale admin po
offers 'set show' onsale admin policy ''
offers 'set show' onsale help admin policy ''
offers '--token' onsale reserve 11 --to
offers 'on paused' onsale admin policy set 1 --admission ''
offers '--json' onsale queue enter 2 --js
cd "$(dirname "$0")"
offers "completion_test.sh" onsale admin import comp

if ! command -v zsh >/dev/null; then exit 0; fi
zsh -n "$zsh_completion"
zsh -f -c '
    _describe() { print -l -- "${(@)${(P)4}%%:*}" }
    _arguments() { print -l -- "$@" }
    words=(onsale admin policy "") CURRENT=4
    source "$1"
' zsh "$zsh_completion" | sort | tr '\n' ' ' | grep -qx 'set show '
zsh -f -c '
    _describe() { print described }
    _arguments() { print -l -- "$@" }
    words=(onsale reserve 11 "") CURRENT=4
    source "$1"
' zsh "$zsh_completion" | grep -q -e '--token='
