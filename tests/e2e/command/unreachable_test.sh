#!/bin/sh
# What the onsale command says of a server that it can't reach: which of the reasons, and advice,
# without waiting. Its calls would have 5 seconds; the limit of the whole test is far below what
# so many waits would take.
# Usage: unreachable_test.sh ONSALED ONSALE
set -eu
onsaled=$1
onsale=$2
nobody=65534
name=unreachable
. "$(dirname "$0")/common.sh"
unset ONSALE_SERVER
url="ipc://$folder/run/onsale.sock"

# serve: with the main socket alone.
serve() {
    "$onsaled" --data "$folder/data" --listen "$url" >"$folder/log" 2>&1 &
    server=$!
    "$onsale" --server "$url" --timeout 20s health >/dev/null # waits, since a time was given
}

# refused CODE REASON ADVICE WORD...: the command, which must end so.
refused() {
    wanted=$1 reason=$2 advice=$3
    shift 3
    code=0
    "$@" 2>"$folder/err" || code=$?
    [ "$code" -eq "$wanted" ] || fail "$*: exit code $code, not $wanted"
    grep -q "^onsale: $reason: " "$folder/err" || fail "$*: does not say $reason"
    grep -q "^advice: .*$advice" "$folder/err" || fail "$*: does not advise $advice"
}

echo '# no socket, and one that nobody serves any more'
mkdir "$folder/run"
for words in 'health' 'wallet charge 7 100' 'admin stats' 'wallet show 7'; do
    # shellcheck disable=SC2086 # the command is several words
    refused 7 SOCKET_NOT_FOUND --server "$onsale" --server "$url" $words
done
serve
crash
refused 7 NOTHING_LISTENS 'start the server' "$onsale" --server "$url" health
refused 7 NOTHING_LISTENS 'start the server' "$onsale" --server "$url" admin stats

echo '# tcp'
refused 7 NOTHING_LISTENS 'start the server' "$onsale" --server tcp://127.0.0.1:1 health

[ "$(id -u)" -eq 0 ] || exit 0 # becoming another user takes root

as_nobody() {
    setpriv --reuid=$nobody --regid=$nobody --clear-groups -- "$onsale" --server "$url" "$@"
}

echo '# another user: a folder, then a socket that is not for all, then one that the server keeps'
# The server must find the command where another user may run it.
cp "$onsale" "$folder/onsale"
onsale=$folder/onsale
chmod 0755 "$folder" "$folder/onsale"
serve
chmod 0700 "$folder/run"
refused 5 SOCKET_FORBIDDEN --socket-mode as_nobody health
refused 5 SOCKET_FORBIDDEN --socket-mode as_nobody --timeout 60s health
chmod 0755 "$folder/run"
chmod 0600 "$folder/run/onsale.sock"
refused 5 SOCKET_FORBIDDEN --socket-mode as_nobody health
chmod 0666 "$folder/run/onsale.sock"
refused 5 PEER_REFUSED --allow-uid as_nobody health
refused 5 PEER_REFUSED --allow-uid as_nobody --timeout 60s wallet charge 7 100
"$onsale" --server "$url" health >/dev/null
