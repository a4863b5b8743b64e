# common.sh -- A folder with a server in it, and what a command prints. To be sourced with
# $onsaled, $onsale and $name set.
folder=$(mktemp -d "${TMPDIR:-/tmp}/onsale-$name.XXXXXX")
server=
end() {
    for process in $server ${others-}; do kill "$process" 2>/dev/null || true; done
    wait
    rm -rf "$folder"
}
trap end EXIT
mkdir -m 0700 "$folder/admin"
# Nothing of where the test is run from: not the terminal, and not that there is none.
unset ONSALE_TOKEN ONSALE_USER ONSALE_WATCH ONSALE_ADMIN ONSALE_GATEWAY COLUMNS NO_COLOR LESS
export TERM=xterm
export ONSALE_SERVER="ipc://$folder/onsale.sock"

fail() {
    echo "FAILED: $*"
    tail -n 40 "$folder"/out "$folder"/err "$folder"/*.out "$folder"/*.err 2>/dev/null
    exit 1
}

# start: starts the server and waits until it serves.
start() {
    "$onsaled" --data "$folder/data" --listen "$ONSALE_SERVER" --watch "ipc://$folder/watch.sock" \
        --admin "ipc://$folder/admin/admin.sock" >"$folder/log" 2>&1 &
    server=$!
    "$onsale" --timeout 20s health >/dev/null || fail 'the server does not serve'
}

# crash: kills the server.
crash() {
    kill -9 "$server"
    wait "$server" || true
    server=
}

# expect CODE WORD...: runs the command, which must end with this code.
expect() {
    wanted=$1
    shift
    code=0
    "$onsale" "$@" >"$folder/out" 2>"$folder/err" || code=$?
    [ "$code" -eq "$wanted" ] || fail "onsale $*: exit code $code, not $wanted"
}

shows() {
    grep -qF -e "$1" "$folder/out" || fail "stdout does not show: $1"
}

shows_not() {
    ! grep -qF -e "$1" "$folder/out" || fail "stdout shows: $1"
}

complains() {
    grep -qF -e "$1" "$folder/err" || fail "stderr does not show: $1"
}

# fits COLUMNS: no line of the output is wider.
fits() {
    widest=$(wc -L <"$folder/out")
    [ "$widest" -le "$1" ] || fail "a line of $widest columns, where there are $1"
}

# field NAME: the first value of a field of the JSON answer.
field() {
    sed -n "s/^ *\"$1\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}\$/\1/p" "$folder/out" | head -n 1
}

# enter CONCERT: buys from now on.
enter() {
    expect 0 queue enter "$1" --json
    ONSALE_TOKEN=$(field token)
    export ONSALE_TOKEN
}
