#!/usr/bin/env bash
# cluster_machines_test.sh SCRIPT_CLUSTER BUILD -- Three machines as network namespaces: the one with
# the server that leads and the primary is cut off. The others sell on, it acknowledges nothing, and
# follows when its cable is plugged in again; every charge that was acknowledged is there, once.
# Where namespaces are not allowed the script says so, and so does this test.
set -euo pipefail
script=$1
build=$2
folder=$(mktemp -d /var/tmp/onsale-machines-test.XXXXXX)
chmod 0711 "$folder"
acknowledged=0
killed=

fail() {
    echo "$*"
    tail -n 8 "$folder"/cluster/s?/log "$folder"/cluster/watchdog.log || true
    exit 1
}

cluster() {
    "$script" --folder "$folder/cluster" "$@"
}

onsale() {
    cluster exec onsale --timeout 10s "$@"
}

tidy_up() {
    [ -z "$killed" ] || "$script" --folder "$killed" down >/dev/null 2>&1 || true
    cluster down >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap tidy_up EXIT

# until_done SECONDS WORDS...: tries again until it succeeds.
until_done() {
    local end=$((SECONDS + $1))
    shift
    while ! "$@" >"$folder/out" 2>&1; do
        [ "$SECONDS" -lt "$end" ] || fail "not in time: $* ($(tail -n 9 "$folder/out"))"
        sleep 0.05
    done
}

namespaces() { # of a folder
    ip netns list | grep "^$(cat "$1/network")-"
}

charge() {
    local id
    for _ in $(seq "$1"); do
        id=$(printf '01890000-0000-7000-8000-%012d' $((acknowledged + 1)))
        until_done 30 onsale wallet charge 1 1 --id "$id"
        acknowledged=$((acknowledged + 1))
    done
}

# has_all SERVER: as it answers by itself.
has_all() {
    cluster exec env -u ONSALE_WATCH -u ONSALE_ADMIN ONSALE_SERVER="tcp://10.77.0.$1:7171" onsale --timeout 2s \
        --read-from nearest wallet show 1 --json | grep -q "\"balance\": \"\?$acknowledged\"\?"
}

says() {
    local word
    cluster status >"$folder/status" 2>/dev/null || true
    for word in "$@"; do grep -qE "$word" "$folder/status" || return 1; done
}

# On a busy machine the watchdog may find the primary too slow meanwhile.
both_on_one() {
    machine=$(cat "$folder/cluster/primary")
    machine=${machine#n}
    cluster promote "s$machine" && [ "$(cat "$folder/cluster/primary")" = "n$machine" ]
}

# refused WORDS...: a command that makes a cluster ends with 77, and leaves nothing.
refused() {
    local code=0
    "$@" "$script" up --namespaces --servers 0 --folder "$folder/refused" >"$folder/out" 2>&1 || code=$?
    [ "$code" -eq 77 ] || fail "not refused with 77 but $code: $(cat "$folder/out")"
    grep -q 'does not allow --namespaces: ' "$folder/out" || fail "refused without a word: $(cat "$folder/out")"
    [ ! -e "$folder/refused" ] || fail "who was refused has left a folder"
}

[ "$(id -u)" -eq 0 ] || refused env
code=0
cluster up --namespaces --build "$build" >"$folder/out" 2>&1 || code=$?
[ "$code" -ne 77 ] || {
    echo "skipped: $(cat "$folder/out")"
    exit 77
}
[ "$code" -eq 0 ] || fail "no cluster: $(cat "$folder/out")"
refused setpriv --bounding-set -sys_admin,-net_admin

echo '# who was killed while it made another is cleaned up, and this one has nothing to do with it'
killed=$folder/killed
"$script" up --namespaces --nodes 1 --servers 0 --folder "$killed" >"$folder/out" 2>&1 &
until_done 30 namespaces "$killed"
kill -9 $!
wait $! 2>/dev/null || true
cp "$killed/network" "$folder/network"
"$script" --folder "$killed" down
killed=
! namespaces "$folder" || fail "down has left namespaces"
until_done 30 onsale admin create-user 1
charge 5

echo '# the machine of who leads is cut off, with the primary'
until_done 60 both_on_one
cluster cut "$machine"
charge 10
says "^n$machine +cut" || fail "the status does not say cut: $(cat "$folder/status")"
[ "$(cat "$folder/cluster/primary")" != "n$machine" ] || fail "a primary that is cut off takes writes"
! timeout 1 psql -X -q -h "$folder/cluster/n$machine" -U postgres -c 'CREATE TABLE mine ()' postgres \
    >"$folder/out" 2>&1 || fail "a primary that is cut off has acknowledged a write"

echo '# and follows again by itself'
cluster mend "$machine"
charge 5
until_done 60 says "^n$machine +standby" "^s$machine +follows" '^n[123] +primary .* n[123] quorum, n[123] quorum'
for server in 1 2 3; do until_done 30 has_all "$server"; done
[ -z "$(cluster sql "n$machine" "SELECT relname FROM pg_class WHERE relname = 'mine'")" ] ||
    fail "what a primary that was cut off has not acknowledged is there"
onsale admin check >"$folder/out" || fail "$(cat "$folder/out")"

cp "$folder/cluster/network" "$folder/network"
cluster down
! namespaces "$folder" || fail "down has left namespaces"
echo "$acknowledged charges acknowledged, none lost, none twice"
