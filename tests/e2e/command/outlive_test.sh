#!/bin/sh
# queue wait and event list --follow go on when the server is killed and started again, and say so.
# Usage: outlive_test.sh ONSALED ONSALE EXAMPLES
set -eu
onsaled=$1
onsale=$2
examples=$3
name=outlive
. "$(dirname "$0")/common.sh"

# until_shown FILE TEXT: asks a server, be it there or not, until a file has the text.
until_shown() {
    until grep -qF -e "$2" "$folder/$1"; do "$onsale" health >/dev/null 2>&1 || true; done
}

echo '# a server that was never there is not waited for, unless a time is given'
expect 7 queue wait --token "$(printf '%056d' 0)"
expect 7 --timeout 300ms event list --follow
complains 'waiting for the server'

echo '# two commands that go on'
start
expect 0 admin import "$examples/club.json"
expect 0 admin create-user 7
expect 0 admin create-user 8
expect 0 admin policy set 2 --active-max 1
expect 0 queue enter 2 --user 7 --json
first=$(field token)
expect 0 queue enter 2 --user 8 --json
second=$(field token)
"$onsale" queue wait --token "$second" >"$folder/wait.out" 2>"$folder/wait.err" &
waiting=$!
others=$waiting
"$onsale" event list --follow --json >"$folder/follow.out" 2>"$folder/follow.err" &
others="$waiting $!"
until_shown wait.out 'WAITING'
until_shown follow.out 'EVENT_KIND_QUEUE_ENTERED'

echo '# the server dies, and comes back'
crash
until_shown wait.err 'waiting for the server'
until_shown follow.err '"connection":"waiting"'
start
until_shown wait.err 'connected again'
until_shown follow.err '"connection":"connected"'

echo '# and all goes on'
expect 0 queue leave --token "$first"
wait "$waiting" || fail 'the wait did not end well'
grep -q 'Your turn' "$folder/wait.out" || fail 'the turn is not told'
until_shown follow.out 'EVENT_KIND_QUEUE_LEFT'
sed -n 's/.*"eventNumber":"\([0-9]*\)".*/\1/p' "$folder/follow.out" >"$folder/numbers"
seq "$(wc -l <"$folder/numbers")" | cmp -s - "$folder/numbers" || fail 'events are missing or twice there'
echo '# all as it must be'
