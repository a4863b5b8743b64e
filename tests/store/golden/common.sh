# common.sh -- A server in $folder, commands to it, and their answers. To be sourced with $onsaled,
# $onsale and $folder set.
unset ONSALE_TOKEN ONSALE_USER ONSALE_WATCH ONSALE_ADMIN
export ONSALE_SERVER="ipc://$folder/onsale.sock"
server=

# start DATA [WORD...]: starts a server and waits until it serves.
start() {
    data=$1
    shift
    mkdir -p -m 0700 "$folder/admin"
    "$@" "$onsaled" --data "$data" --listen "$ONSALE_SERVER" --watch "ipc://$folder/watch.sock" \
        --admin "ipc://$folder/admin/admin.sock" >>"$folder/log" 2>&1 &
    server=$!
    "$onsale" --timeout 60s health >/dev/null || { cat "$folder/log"; exit 1; }
}

# end SIGNAL: ends the server.
end() {
    kill -s "$1" "$server"
    wait "$server" || [ "$1" = KILL ] || { echo "the server failed"; cat "$folder/log"; exit 1; }
    server=
}

# answer WORD...: runs a command and prints its words, its exit code and its answer.
answer() {
    code=0
    said=$("$onsale" --timeout 30s "$@" --json 2>&1) || code=$?
    printf '> %s\n= %s\n%s\n' "$*" "$code" "$said"
}

tidy_up() {
    [ -z "$server" ] || kill -s KILL "$server" 2>/dev/null || true
    wait
    rm -rf "$folder"
}
