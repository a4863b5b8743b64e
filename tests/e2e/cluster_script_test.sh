#!/usr/bin/env bash
# cluster_script_test.sh SCRIPT_CLUSTER -- No other user of the machine gets into the servers that
# script/cluster starts, and it removes nothing but what it has made.
set -euo pipefail
script=$1
nobody=65534
compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || {
    echo 'skipped: PostgreSQL is not installed'
    exit 77
}
folder=$(mktemp -d /var/tmp/onsale-cluster-script.XXXXXX)
export TMPDIR=$folder/tmp
mkdir "$TMPDIR" "$folder/kept"
[ "$(id -u)" -ne 0 ] || chmod 0711 "$folder" "$TMPDIR"
last=$TMPDIR/onsale-cluster.last.$(id -u)

fail() {
    echo "$*"
    exit 1
}

tidy_up() {
    local made
    for made in "$folder"/kept "$folder"/watched "$folder"/patroni "$TMPDIR"/onsale-cluster.??????; do
        "$script" down --folder "$made" >/dev/null 2>&1 || true
    done
    rm -rf "$folder"
}
trap tidy_up EXIT

# refused WORDS...: the script fails, and leaves what it has not made.
refused() {
    ! "$script" "$@" >"$folder/out" 2>&1 || fail "not refused: $*"
    [ -e "$folder/kept/mine" ] || fail "removed by: $*"
}

# others_fail WORDS...: as another user of the machine.
others_fail() {
    [ "$(id -u)" -eq 0 ] || return 0
    ! setpriv --reuid "$nobody" --regid "$nobody" --clear-groups "$@" >"$folder/out" 2>&1 ||
        fail "another user may: $*"
}

# --- What is missing

mkdir "$folder/bin"
ln -s /bin/* /usr/bin/* "$folder/bin" 2>/dev/null || true
rm "$folder/bin/pgrep"
! PATH=$folder/bin "$script" up --nodes 1 --servers 0 --folder "$folder/watched" >"$folder/out" 2>&1 ||
    fail 'it freezes PostgreSQL without pgrep'
grep -q procps "$folder/out" || fail "no word on procps: $(cat "$folder/out")"

# --- What was not made by it

touch "$folder/kept/mine"
refused down --folder "$folder/kept"
refused up --nodes 1 --servers 0 --folder "$folder/kept"
echo 'n1 is not all of it' >"$folder/kept/nodes"
refused down --folder "$folder/kept"
echo n1 >"$folder/kept/nodes"
echo "$folder/kept" >"$folder/planted"
ln -s "$folder/planted" "$last"
refused down
ln -s kept "$folder/link"
refused down --folder "$folder/link"
refused down --folder "$folder/link/"
mkdir "$folder/empty"
ln -sfn empty "$folder/link"
refused up --nodes 1 --servers 0 --folder "$folder/link/"
if [ "$(id -u)" -eq 0 ]; then
    rm "$last"
    echo "$folder/kept" >"$last"
    chown "$nobody" "$last"
    refused down
    rm "$last"
    ln -s "$folder/planted" "$last"
fi
rm "$folder/kept/nodes"

# --- Sockets

"$script" up --nodes 1 --servers 0 >"$folder/out" 2>&1 || fail "no PostgreSQL: $(cat "$folder/out")"
[ "$(cat "$folder/planted")" = "$folder/kept" ] || fail "up has written through a link"
[ "$("$script" sql n1 'SELECT 1')" = 1 ] || fail "who made it can't connect"
url=$("$script" url)
socket=${url#host=}
socket=${socket%% *}
[ "$(stat -c %a "$socket")" = 700 ] || fail "others may enter $socket"
others_fail psql -X "$url" -c 'SELECT 1'
others_fail ls "$socket"
"$script" down
[ ! -e "$socket" ] && [ ! -e "$last" ] || fail "down has left something"

# --- The watchdog takes back who was the primary, not who has just become it: under the lock of who
# promotes, the node is one before the list says so.

"$script" up --nodes 2 --servers 0 --folder "$folder/watched" >"$folder/out" 2>&1 || fail "no servers: $(cat "$folder/out")"
exec 8>"$folder/watched/lock"
flock 8
"$script" sql n2 'SELECT pg_promote()' --folder "$folder/watched" >"$folder/out"
pid=$(head -n 1 "$folder/watched/n2/data/postmaster.pid")
until grep -q 'n2 was the primary' "$folder/watched/watchdog.log" 2>/dev/null; do
    [ "$SECONDS" -lt 100 ] || fail "the watchdog does not look"
    sleep 0.05
done
echo n2 >"$folder/watched/primary"
flock -u 8
until "$script" status --folder "$folder/watched" >"$folder/out" && grep -q '^n1 *standby' "$folder/out"; do
    [ "$SECONDS" -lt 100 ] || fail "n1 does not follow n2: $(cat "$folder/out")"
    sleep 0.2
done
[ "$(head -n 1 "$folder/watched/n2/data/postmaster.pid")" = "$pid" ] || fail "the watchdog has stopped the primary"
exec 8>&-

# --- Ports

command -v patroni >/dev/null && command -v etcd >/dev/null || exit 0
here=127.0.0.1
"$script" up --patroni --nodes 2 --servers 0 --folder "$folder/patroni" >"$folder/out" 2>&1 ||
    fail "no Patroni: $(cat "$folder/out")"
[ ! -e "$last" ] || fail "up has remembered a folder that was given"
! PGPASSWORD='' psql -X -w -h "$here" -p "$(cat "$folder/patroni/n1.port")" -U postgres postgres -c 'SELECT 1' \
    >"$folder/out" 2>&1 || fail "PostgreSQL wants no password"
for scheme in http https; do
    ! curl -fsk -m 5 "$scheme://$here:$(cat "$folder/patroni/etcd.port")/version" >"$folder/out" 2>&1 ||
        fail "etcd wants no certificate"
done
api=$(grep -o -m 1 "$here:[0-9]*" "$folder/patroni/n1/patroni.yml")
code=$(curl -s -m 5 -o "$folder/out" -w '%{http_code}' -X PATCH -d '{"loop_wait": 1}' "http://$api/config")
[ "$code" = 401 ] || fail "Patroni lets others change its settings: $code"
others_fail cat "$folder/patroni/n1/patroni.yml"
others_fail cat "$folder/patroni/etcd/key.pem"
[ "$(stat -c %a "$folder/patroni/n1/patroni.yml" "$folder/patroni/etcd/key.pem" | sort -u)" = 600 ] ||
    fail "others may read secrets"
"$script" promote --folder "$folder/patroni" >"$folder/out" 2>&1 || fail "no promotion: $(cat "$folder/out")"
until "$script" status --folder "$folder/patroni" >"$folder/out" && grep -q '^n2 *primary' "$folder/out"; do
    [ "$SECONDS" -lt 200 ] || fail "n2 is not the primary"
    sleep 0.2
done
