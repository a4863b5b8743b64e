# door.sh -- What the tests of the JSON door share: a server, a gateway before it, and curl. To be sourced
# with onsaled, gateway, onsale and examples set, the paths of programs and of a folder.
# shellcheck shell=sh disable=SC2034,SC2154
folder=$(mktemp -d "${TMPDIR:-/tmp}/onsale-door.XXXXXX")
server=
door=
stop_door() {
    [ -z "$door" ] || kill "$door" 2>/dev/null || true
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    wait
    rm -rf "$folder"
}
trap stop_door EXIT
mkdir -m 0700 "$folder/admin"
unset ONSALE_TOKEN ONSALE_USER ONSALE_WATCH ONSALE_ADMIN
export ONSALE_SERVER="ipc://$folder/onsale.sock"

fail() {
    echo "FAILED: $*"
    echo '--- headers'
    cat "$folder/headers"
    echo '--- body'
    cat "$folder/body"
    echo '--- log'
    tail -5 "$folder/log"
    exit 1
}

# address PATTERN: what the gateway says it serves on, as soon as it does.
address() {
    while ! grep -q "$1" "$folder/gateway"; do
        kill -0 "$door" 2>/dev/null || fail "the gateway has ended"
    done
    sed -n "s/$1//p" "$folder/gateway" | head -n 1
}

# start_door GATEWAY_OPTION...: sets url and admin_url, and base to url.
start_door() {
    : >"$folder/headers"
    : >"$folder/body"
    "$onsaled" --data "$folder/data" --listen "$ONSALE_SERVER" --watch "ipc://$folder/watch.sock" \
        --admin "ipc://$folder/admin/admin.sock" >"$folder/log" 2>&1 &
    server=$!
    : >"$folder/gateway"
    "$onsale" --timeout 20s health >/dev/null # it tries until the server is there
    "$gateway" --listen http://127.0.0.1:0 --admin-listen http://127.0.0.1:0 --server "$ONSALE_SERVER" "$@" \
        >"$folder/gateway" 2>>"$folder/log" &
    door=$!
    url=$(address '^serving on ')
    admin_url=$(address '^serving .*admin.* on ')
    base=$url
}

# call VERB PATH [CURL_OPTION...]: what comes back is in the files headers and body, its status in $status.
call() {
    verb=$1
    path=$2
    shift 2
    : >"$folder/body"
    status=$(curl -sS -o "$folder/body" -D "$folder/headers" -w '%{http_code}' --max-time 20 -X "$verb" \
        "$@" "$base$path") || fail "curl: $verb $path"
}

# post PATH JSON [CURL_OPTION...]
post() {
    path=$1
    json=$2
    shift 2
    call POST "$path" -H 'Content-Type: application/json' --data-binary "$json" "$@"
}

# is STATUS [JQ]: the status, and what must hold of the body.
is() {
    [ "$status" = "$1" ] || fail "$verb $path: status $status, not $1"
    [ $# -lt 2 ] || jq -e "$2" "$folder/body" >/dev/null || fail "$verb $path: not so: $2"
}

# refused STATUS CODE REASON
refused() {
    is "$1" ".error | .code == $1 and .status == \"$2\" and (.message | length) > 0 and
        .details[0].reason == \"$3\" and .details[0].domain == \"onsale\""
}

# has NAME VALUE: a header of the answer.
has() {
    tr -d '\r' <"$folder/headers" | grep -qixF -e "$1: $2" || fail "$verb $path: no header $1: $2"
}

# header NAME: its value.
header() {
    tr -d '\r' <"$folder/headers" | sed -n "s/^$1: //Ip"
}
