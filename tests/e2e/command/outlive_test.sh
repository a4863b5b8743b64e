#!/bin/sh
# queue wait and event list --follow go on when the server is killed and started again, and say so.
# Usage: outlive_test.sh ONSALED ONSALE EXAMPLES
set -eu
onsaled=$1
onsale=$2
examples=$3

folder=$(mktemp -d "${TMPDIR:-/tmp}/onsale-outlive.XXXXXX")
server=
waiting=
following=
stop() {
    for process in $server $waiting $following; do kill "$process" 2>/dev/null || true; done
    wait
    rm -rf "$folder"
}
trap stop EXIT
mkdir -m 0700 "$folder/admin"
unset ONSALE_TOKEN ONSALE_USER ONSALE_WATCH ONSALE_ADMIN COLUMNS
export ONSALE_SERVER="ipc://$folder/onsale.sock"

fail() {
    echo "FAILED: $*"
    tail -n 20 "$folder"/*.out "$folder"/*.err
    exit 1
}

start() {
    "$onsaled" --data "$folder/data" --listen "$ONSALE_SERVER" --watch "ipc://$folder/watch.sock" \
        --admin "ipc://$folder/admin/admin.sock" >"$folder/log" 2>&1 &
    server=$!
    "$onsale" --timeout 20s health >/dev/null
}

# until_shown FILE TEXT: asks a server, be it there or not, until a file has the text.
until_shown() {
    until grep -qF -e "$2" "$folder/$1"; do "$onsale" health >/dev/null 2>&1 || true; done
}

echo '# a server that was never there is not waited for, unless a time is given'
code=0
"$onsale" queue wait --token "$(printf '%056d' 0)" >"$folder/none.out" 2>"$folder/none.err" || code=$?
[ "$code" -eq 7 ] || fail "exit code $code"
code=0
"$onsale" --timeout 300ms event list --follow >"$folder/none.out" 2>"$folder/none.err" || code=$?
[ "$code" -eq 7 ] || fail "exit code $code"
grep -q 'waiting for the server' "$folder/none.err" || fail 'does not tell that it waits'

echo '# two commands that go on'
start
"$onsale" admin import "$examples/club.json" >/dev/null
"$onsale" admin create-user 7 >/dev/null
"$onsale" admin create-user 8 >/dev/null
"$onsale" admin policy set 2 --active-max 1 >/dev/null
token() {
    "$onsale" queue enter 2 --user "$1" --json | sed -n 's/.*"token": "\([0-9a-f]*\)".*/\1/p'
}
first=$(token 7)
second=$(token 8)
"$onsale" queue wait --token "$second" >"$folder/wait.out" 2>"$folder/wait.err" &
waiting=$!
"$onsale" event list --follow --json >"$folder/follow.out" 2>"$folder/follow.err" &
following=$!
until_shown wait.out 'WAITING'
until_shown follow.out 'EVENT_KIND_QUEUE_ENTERED'

echo '# the server dies, and comes back'
kill -9 "$server"
wait "$server" || true
until_shown wait.err 'waiting for the server'
until_shown follow.err '"connection":"waiting"'
start
until_shown wait.err 'connected again'
until_shown follow.err '"connection":"connected"'

echo '# and all goes on'
"$onsale" queue leave --token "$first" >/dev/null
wait "$waiting" || fail 'the wait did not end well'
waiting=
grep -q 'Your turn' "$folder/wait.out" || fail 'the turn is not told'
until_shown follow.out 'EVENT_KIND_QUEUE_LEFT'
sed -n 's/.*"eventNumber":"\([0-9]*\)".*/\1/p' "$folder/follow.out" >"$folder/numbers"
seq "$(wc -l <"$folder/numbers")" | cmp -s - "$folder/numbers" || fail 'events are missing or twice there'
echo '# all as it must be'
