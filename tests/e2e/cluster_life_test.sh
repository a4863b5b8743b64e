#!/usr/bin/env bash
# cluster_life_test.sh SCRIPT_CLUSTER BUILD -- The recipes of docs/CLUSTER.md and docs/OPERATING.md: a
# shop on one machine becomes one on several, gets a new follower from a backup of another follower
# while it sells, loses the server that led, and comes back to one machine. Every charge that was
# acknowledged is there, once. Folders that the log can't go on from are refused by name.
set -euo pipefail
# shellcheck source=tests/e2e/cluster_common.sh
. "$(dirname "$0")/cluster_common.sh"

cluster up --servers 0 --build "$build" >"$folder/out" 2>&1 || fail "no PostgreSQL: $(cat "$folder/out")"
url=$(cluster url)

echo '# one machine'
start a
at a
until_done 30 onsale --timeout 2s admin create-user 1
charge 10
stop a

echo '# becomes several'
"$build/server/onsaled" --log-init "$url" --data "$folder/a/data" >"$folder/out" 2>&1 || fail "no log: $(cat "$folder/out")"
start a --log "$url"
until_done 30 says '^a +leads '
charge 10
onsale admin backup "$folder/of-a" >"$folder/out"
mkdir "$folder/b"
"$build/server/onsaled" --restore "$folder/of-a" "$folder/b/data" >"$folder/out" 2>&1 || fail "not restored: $(cat "$folder/out")"
start b --log "$url"
at a b
until_done 30 says '^b +follows '
charge 10

echo '# a new follower from a backup of a follower, while it sells'
(
    trap - EXIT
    for i in $(seq 40); do onsale --timeout 10s wallet charge 1 1 --id "$(printf '01890000-0000-7000-8001-%012d' "$i")"; done
) >"$folder/sold" 2>&1 &
seller=$!
(at b && onsale admin backup "$folder/of-b") >"$folder/out" || fail "b makes no backup: $(cat "$folder/out")"
mkdir "$folder/c"
"$build/server/onsaled" --restore "$folder/of-b" "$folder/c/data" >"$folder/out" 2>&1 || fail "not restored: $(cat "$folder/out")"
start c --log "$url"
wait "$seller" || fail "not sold: $(tail -n 1 "$folder/sold")"
acknowledged=$((acknowledged + 40))
until_done 30 has_all c
grep -q '^.*made a new store' "$folder/c/log" && fail 'c has not begun with the backup'
at c
expect_balance 'at the new follower' --read-from nearest

echo '# all say in the log what they have a checkpoint of'
all_report() {
    [ "$(cluster sql n1 'SELECT count(*) FROM onsale_replica WHERE idx > 0' 2>&1)" = 3 ]
}
until_done 30 all_report

echo '# which leads when the others are gone'
end a
end b
at c
until_done 30 says '^c +leads '
charge 10
expect_balance 'after the others were killed'

echo '# others come back, from where they were'
start a --log "$url"
until_done 30 has_all a
at a c
charge 5

echo '# what the log can not go on from is refused'
mkdir "$folder/d"
cluster sql n1 'CREATE DATABASE other' >"$folder/out" 2>&1 || fail "$(cat "$folder/out")"
other=${url/dbname=postgres/dbname=other}
"$build/server/onsaled" --log-init "$other" >"$folder/out" 2>&1 || fail "no log: $(cat "$folder/out")"
"$build/server/onsaled" --restore "$folder/of-a" "$folder/d/data" >"$folder/out" 2>&1 || fail "not restored: $(cat "$folder/out")"
start d --log "$other"
refused d 'is of another shop than the log'
start d
refused d 'it takes --log to open it'
start e --log "$url"
refused e 'begins with entry .*: begin with a backup'

echo '# back to one machine'
at a c
until_done 30 has_all a
until_done 30 says '^[ac] +leads '
if grep -q '^a *leads ' "$folder/status"; then leader=a follower=c; else leader=c follower=a; fi
stop "$follower"
at "$leader"
charge 5
stop "$leader"
start "$leader" --leave-cluster
until_done 30 onsale --timeout 2s wallet show 1
expect_balance 'on one machine again'
charge 5
expect_balance 'and it sells'
onsale admin check >"$folder/out" || fail "$(cat "$folder/out")"
echo "$acknowledged charges acknowledged, none lost, none twice"
