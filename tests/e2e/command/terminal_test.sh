#!/bin/sh
# What the command prints on a terminal of so many lines and columns, and what into a pipe: help and
# tables in the width there is, the pager, colours; -h, help, --version and "did you mean" everywhere.
# Usage: terminal_test.sh ONSALED ONSALE EXAMPLES
set -eu
onsaled=$1
onsale=$2
examples=$3
name=terminal
. "$(dirname "$0")/common.sh"
export SHELL=/bin/sh PAGER="sed 's/^/PAGED /'"

# on_terminal LINES COLUMNS WORD...: runs the command on a terminal of this size.
on_terminal() {
    size="rows $1 cols $2"
    shift 2
    script -qec "stty $size; $onsale $*" /dev/null </dev/null >"$folder/raw" 2>&1 || true
    tr -d '\r' <"$folder/raw" >"$folder/out"
}

into_pipe() {
    "$onsale" "$@" 2>&1 | cat >"$folder/out"
}

escape=$(printf '\033')

echo '# help, everywhere'
for words in '--help' '-h' 'help' '--json --help'; do
    # shellcheck disable=SC2086 # several words
    into_pipe $words
    shows 'Exit codes:'
    fits 80
done
for words in 'queue wait --help' 'queue wait -h' 'help queue wait' '-h queue wait'; do
    # shellcheck disable=SC2086
    into_pipe $words
    shows 'Usage: onsale queue wait --token TOKEN [OPTIONS]'
    fits 80
done
for words in 'queue --help' 'queue -h' 'help queue'; do
    # shellcheck disable=SC2086
    into_pipe $words
    shows 'queue leave'
    shows_not 'wallet show'
done
for words in '--version' 'queue --version' 'queue wait --version' 'help --version'; do
    # shellcheck disable=SC2086
    into_pipe $words
    grep -q '^onsale [0-9]' "$folder/out" || fail "onsale $words: no version"
done
COLUMNS=50 into_pipe --help
fits 50

echo '# what was meant'
into_pipe que entr 1
shows "did you mean 'queue enter'?"
shows 'advice: onsale queue enter --help'
into_pipe queue enter --uesr 7
shows 'did you mean --user?'
into_pipe queue fly
shows_not 'did you mean'
shows 'advice: onsale queue --help'

echo '# the pager: what is longer than the screen, and only there'
on_terminal 20 80 --help
shows 'PAGED Exit codes:'
on_terminal 200 80 --help
shows 'Exit codes:'
shows_not 'PAGED'
on_terminal 20 80 --version
shows_not 'PAGED'
into_pipe --help
shows_not 'PAGED'
TERM=dumb on_terminal 20 80 --help
shows_not 'PAGED'
for none in '' cat; do
    PAGER=$none on_terminal 20 80 --help
    shows 'Exit codes:'
    shows_not 'PAGED'
done
PAGER=/no/such/pager on_terminal 20 80 --help
shows 'Exit codes:'

echo '# tables and colours'
export PAGER=cat
start
sed -e 's/"title": "[^"]*"/"title": "겨울 나그네 겨울 나그네 겨울 나그네 겨울 나그네"/' "$examples/seoul_arena.json" \
    >"$folder/korean.json"
into_pipe admin import "$folder/korean.json"
into_pipe admin create-user 7
export ONSALE_USER=7
enter 1
into_pipe reserve 11 F1-A-1 F1-A-2 F1-A-3 F1-A-4
into_pipe wallet charge 7 1,000,000,000

for words in 'performance list' 'concert list' 'reservation list 1' 'wallet ledger 7' 'admin stats' \
    'event list' 'performance seats 11' 'queue show'; do
    # shellcheck disable=SC2086
    NO_COLOR=1 on_terminal 200 80 $words
    fits 80
done
on_terminal 200 80 concert list
shows '겨울 나그네'
on_terminal 200 50 performance list
shows 'STARTS'
fits 50
into_pipe performance list
fits 80
into_pipe reservation list 1
[ "$(wc -l <"$folder/out")" -eq 2 ] || fail 'a row in a pipe is not one line'
COLUMNS=80 into_pipe reservation list 1
fits 80

on_terminal 200 80 performance seats 11
shows "$escape["
NO_COLOR=1 on_terminal 200 80 performance seats 11
shows_not "$escape["
TERM=dumb on_terminal 200 80 performance seats 11
shows_not "$escape["
into_pipe performance seats 11
shows_not "$escape["
into_pipe --color always performance seats 11
shows "$escape["

echo '# another time zone'
TZ=UTC0 into_pipe performance list
shows '2098-12-24 10:00'
TZ=KST-9 into_pipe performance list
shows '2098-12-24 19:00'
echo '# all as it must be'
