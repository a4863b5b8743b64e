#!/usr/bin/env bash
# cluster_trim_test.sh SCRIPT_CLUSTER BUILD -- The log in PostgreSQL is trimmed while servers sell: what
# all have a checkpoint of and is old enough goes, and nothing that one needs which was heard of. One
# that was away for too long is told so, and begins anew with a backup of another.
set -euo pipefail
# shellcheck source=tests/e2e/cluster_common.sh
. "$(dirname "$0")/cluster_common.sh"

keep_seconds=10 # the least

sql() {
    cluster sql n1 "$1" 2>"$folder/sql"
}

# asks STATEMENT: whether it is so.
asks() {
    [ "$(sql "SELECT $1")" = t ]
}

# sell: charges until there is a file `enough`, each until it is acknowledged.
sell() {
    trap - EXIT
    local sold=0 id
    while [ ! -e "$folder/enough" ]; do
        id=$(printf '01890000-0000-7000-8000-%012d' $((sold + 1)))
        until onsale --timeout 10s wallet charge 1 1 --id "$id"; do sleep 0.05; done
        sold=$((sold + 1))
        echo "$sold" >"$folder/sold"
    done
}

# is_told: c, which is asked alone, so nobody leads.
is_told() {
    onsale cluster status --timeout 1s >"$folder/status" || true
    grep -qE '^c: .*the log was trimmed, begin with a backup: its first entry is [0-9]+' "$folder/status"
}

start_with_log() {
    start "$1" --log "$url" --log-keep-seconds "$keep_seconds" "${@:2}"
}

cluster up --nodes 2 --no-watchdog --servers 0 --build "$build" >"$folder/out" 2>&1 ||
    fail "no PostgreSQL: $(cat "$folder/out")"
url=$(cluster url)
"$build/server/onsaled" --log-init "$url" >"$folder/out" 2>&1 || fail "no log: $(cat "$folder/out")"

echo '# three servers sell, and one of those that follow freezes'
start_with_log a
start_with_log b
start_with_log c --follow-only yes
at a b
until_done 60 says '^[ab] +leads '
until_done 30 onsale --timeout 2s admin create-user 1
sell >"$folder/selling" 2>&1 &
pids[seller]=$!
until_done 30 asks "count(*) = 3 FROM onsale_replica"
kill -STOP "${pids[c]}"
frozen=$(sql 'SELECT max(idx) FROM onsale_log')
until_done 60 asks "max(idx) > $frozen + 30 FROM onsale_log"

echo '# what the others have a checkpoint of is kept for it'
for node in a b; do
    stop "$node"
    start_with_log "$node"
    until_done 60 says "^$node +(leads|follows) "
    until_done 60 asks "idx > $frozen FROM onsale_replica WHERE node = '$node'"
done
needed=$(sql "SELECT min(idx) FROM onsale_replica WHERE node <> 'c'")
until_done 60 asks "time_ms < 1000 * (extract(epoch FROM now()) - $keep_seconds - 2) FROM onsale_log
    WHERE idx <= $needed ORDER BY idx DESC LIMIT 1"
asks "first_idx = 1 FROM onsale_shop" || fail "trimmed, though c needs it: $(sql 'SELECT * FROM onsale_replica')"

echo '# and goes when nothing was heard of it for long'
sql "UPDATE onsale_replica SET reported = reported - interval '2 hours' WHERE node = 'c'"
until_done 60 asks "first_idx > $frozen + 1 FROM onsale_shop"
until_done 60 asks "NOT EXISTS (SELECT FROM onsale_log, onsale_shop WHERE idx < first_idx)"
asks "min(time_ms) > 1000 * (extract(epoch FROM now()) - 3600) FROM onsale_log" ||
    fail "a row does not tell its time: $(sql 'SELECT min(time_ms) FROM onsale_log')"
asks "NOT EXISTS (SELECT FROM onsale_replica, onsale_shop WHERE node <> 'c' AND idx < first_idx)" ||
    fail "what a server needs is gone: $(sql 'SELECT * FROM onsale_replica')"

echo '# it is told to begin with a backup, and does'
kill -CONT "${pids[c]}"
at c
until_done 60 is_told
stop c
start_with_log c --follow-only yes
refused c 'begins with entry .*: begin with a backup'
(at a b && onsale admin backup "$folder/of-another") >"$folder/out" 2>&1 || fail "no backup: $(cat "$folder/out")"
rm -rf "$folder/c/data"
"$build/server/onsaled" --restore "$folder/of-another" "$folder/c/data" >"$folder/out" 2>&1 ||
    fail "not restored: $(cat "$folder/out")"
start_with_log c --follow-only yes
touch "$folder/enough"
wait "${pids[seller]}" || fail "not sold: $(tail -n 1 "$folder/selling")"
unset 'pids[seller]'
acknowledged=$(cat "$folder/sold")
until_done 60 has_all c
at c
expect_balance 'at the server that began anew' --read-from nearest
until_done 60 asks "idx > 1 AND reported > now() - interval '1 minute' FROM onsale_replica WHERE node = 'c'"
echo "$acknowledged charges acknowledged, all there; the log begins with entry $(sql 'SELECT first_idx FROM onsale_shop')"
