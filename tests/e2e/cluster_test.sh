#!/usr/bin/env bash
# cluster_test.sh SCRIPT_CLUSTER ONSALED ONSALE -- Two servers and three PostgreSQL: the server that
# leads is killed, then the primary; every charge that was acknowledged is there, once, on both.
set -euo pipefail
script=$1
onsaled=$2
onsale=$3
folder=$(mktemp -d /var/tmp/onsale-cluster-test.XXXXXX)
chmod 0711 "$folder"
servers="ipc://$folder/s1,ipc://$folder/s2"
admins="ipc://$folder/a1,ipc://$folder/a2"
acknowledged=0

fail() {
    echo "$*"
    tail -n 8 "$folder"/log* || true
    exit 1
}

tidy_up() {
    local pid
    for pid in "$folder"/pid*; do
        [ ! -f "$pid" ] || kill -9 "$(cat "$pid")" 2>/dev/null || true
    done
    "$script" down --folder "$folder/postgres" >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap tidy_up EXIT

start() {
    "$onsaled" --data "$folder/$1" --log "$url" --node "n$1" --listen "ipc://$folder/s$1" \
        --watch "ipc://$folder/w$1" --admin "ipc://$folder/a$1" >>"$folder/log$1" 2>&1 &
    echo $! >"$folder/pid$1"
    disown
}

# until SECONDS WORDS...: tries again until it succeeds.
until_done() {
    local end=$((SECONDS + $1))
    shift
    while ! "$@" >"$folder/out" 2>&1; do
        [ "$SECONDS" -lt "$end" ] || fail "not in time: $* ($(tail -n 1 "$folder/out"))"
        sleep 0.05
    done
}

# Which of them leads, if one does: who was deposed may not have noticed yet.
leader() {
    local n found=
    for n in 1 2; do
        if grep -E ' (leads|follows|takes over|was deposed): ' "$folder/log$n" | tail -n 1 |
            grep -q ' leads: ' && kill -0 "$(cat "$folder/pid$n")" 2>/dev/null; then found+=$n; fi
    done
    [ "${#found}" -eq 1 ] && echo "$found"
}

await_leader() {
    local end=$((SECONDS + 30))
    until leader; do
        [ "$SECONDS" -lt "$end" ] || { echo 'not one leads' >&2 && return 1; }
        sleep 0.05
    done
}

charge() {
    local id
    for _ in $(seq "$1"); do
        id=$(printf '01890000-0000-7000-8000-%012d' $((acknowledged + 1)))
        until_done 30 "$onsale" --server "$servers" --timeout 10s wallet charge 1 1 --id "$id"
        acknowledged=$((acknowledged + 1))
    done
}

expect_balance() {
    "$onsale" --server "$servers" --timeout 10s wallet show 1 --json >"$folder/out"
    grep -q "\"balance\": \"\?$acknowledged\"\?" "$folder/out" ||
        fail "$1: $acknowledged were acknowledged: $(cat "$folder/out")"
}

"$script" up --folder "$folder/postgres" >"$folder/out" || fail "no PostgreSQL: $(cat "$folder/out")"
url=$("$script" url --folder "$folder/postgres")
"$onsaled" --log-init "$url" >"$folder/out" 2>&1 || fail "no log: $(cat "$folder/out")"
start 1
start 2
until_done 30 test -S "$folder/a1"
until_done 30 test -S "$folder/a2"
until_done 30 "$onsale" --server "$servers" --admin "$admins" --timeout 2s admin create-user 1
charge 20
expect_balance "at first"

killed=$(await_leader)
kill -9 "$(cat "$folder/pid$killed")"
charge 20
expect_balance "after server $killed was killed"
start "$killed"

"$script" kill n1 --folder "$folder/postgres" >/dev/null
charge 20
expect_balance "after the primary was killed"

killed=$(await_leader)
kill -9 "$(cat "$folder/pid$killed")"
charge 10
expect_balance "after server $killed, the other, was killed"
start "$killed"

# By hand: the one that leads says so, and hands over.
until_done 30 "$onsale" --server "ipc://$folder/s$killed" --timeout 2s health
until_done 30 "$onsale" --server "$servers" --admin "$admins" cluster status
[ "$(grep -c -e ' leads ' -e ' follows ' "$folder/out")" -eq 2 ] || fail "not both: $(cat "$folder/out")"
from=$(await_leader)
"$onsale" --server "$servers" --admin "ipc://$folder/a$from" cluster hand-over >"$folder/out" ||
    fail "hand-over: $(cat "$folder/out")"
charge 5
[ "$(await_leader)" != "$from" ] || fail "server $from leads again"
expect_balance "after a hand-over"
echo "$acknowledged charges acknowledged, none lost, none twice"
