# shellcheck shell=bash
# cluster_servers.sh -- The onsaled of a cluster on this machine, for script/cluster. To be sourced
# by bash, after cluster_postgres.sh.
#
# Each has a folder with its data, its log and its sockets. Who ends is started again, as systemd
# would do, but for one that was killed by `kill`.

servers=(s1 s2 s3)
build= # a folder of meson, which has the programs

# Those that script/demo uses, if no other folder was given.
server_find() {
    [ -z "$build" ] || return 0
    make_programs server/onsaled client/command/onsale
    build=$root_folder/build/demo
}

# server_url NODE SOCKET: those but the one for administration are ports of the node's machine, if
# it has one.
server_url() {
    case "${net:+on a machine: }$2" in
    'on a machine: onsale.sock') echo "tcp://$(net_address "$1"):$net_port" ;;
    'on a machine: watch.sock') echo "tcp://$(net_address "$1"):$net_watch_port" ;;
    *) echo "ipc://$cluster_folder/$1/$2" ;;
    esac
}

# server_urls SOCKET: of all servers.
server_urls() {
    local node urls=
    for node in "${servers[@]}"; do urls+=${urls:+,}$(server_url "$node" "$1"); done
    echo "$urls"
}

server_environment() {
    echo "export ONSALE_SERVER='$(server_urls onsale.sock)'"
    echo "export ONSALE_WATCH='$(server_urls watch.sock)'"
    echo "export ONSALE_ADMIN='$(server_urls admin/admin.sock)'"
    echo "export PATH='$build/client/command':\"\$PATH\""
}

# As a customer or an administrator would.
server_command() {
    # shellcheck disable=SC2046 # words
    $(net_enter hub) "$build/client/command/onsale" --server "$(server_urls onsale.sock)" \
        --admin "$(server_urls admin/admin.sock)" --timeout 1s "$@"
}

# Fails if it does not run. A number that was given away again is another program's.
server_pid() {
    local pid
    pid=$(cat "$cluster_folder/$1.pid" 2>/dev/null) && is_running "$pid" &&
        tr '\0' '\n' <"/proc/$pid/cmdline" | grep -qxF "$cluster_folder/$1/data" && echo "$pid"
}

server_is_unwanted() {
    [ -e "$cluster_folder/$1.killed" ] || [ -e "$cluster_folder/stop" ]
}

server_run() {
    local node=$1 folder=$cluster_folder/$1 code enter
    enter=$(net_enter "$node")
    flock 8 # one before it may not have seen yet that its server is dead
    while ! server_is_unwanted "$node"; do
        # shellcheck disable=SC2086 # words
        $enter "$build/server/onsaled" --data "$folder/data" --log "$(pg_url)" --node "$node" \
            --listen "$(server_url "$node" onsale.sock)" --watch "$(server_url "$node" watch.sock)" \
            --admin "$(server_url "$node" admin/admin.sock)" >>"$folder/log" 2>&1 8>&- &
        echo $! >"$cluster_folder/$node.pid"
        code=0
        wait $! || code=$?
        server_is_unwanted "$node" || pg_note "$node has ended with $code: it is started again"
        sleep 0.2
    done
}

server_start() {
    mkdir -p "$cluster_folder/$1"
    (server_run "$1") >/dev/null 2>&1 </dev/null 8>"$cluster_folder/$1.lock" &
    disown
}

server_signal() {
    local pid
    ! pid=$(server_pid "$1") || kill "-$2" "$pid" 2>/dev/null || true
}

server_up() {
    local node
    echo "$build" >"$cluster_folder/build"
    # shellcheck disable=SC2046 # words
    $(net_enter hub) "$build/server/onsaled" --log-init "$(pg_url)" >"$cluster_folder/log" 2>&1 ||
        fail "no log: $(tail -n 1 "$cluster_folder/log")"
    for node in "${servers[@]}"; do server_start "$node"; done
    wait_until 60 server_are_well || fail "not one of the servers leads; see $cluster_folder/s1/log"
}

# All answer, and one leads.
server_are_well() {
    local status
    status=$(server_command cluster status) &&
        [ "$(grep -cE '^s[123] +(leads|follows) ' <<<"$status")" -eq ${#servers[@]} ]
}

server_leader() {
    server_command cluster status | sed -n 's/^\(s[123]\) *leads .*/\1/p'
}

# server_promote NODE: whoever leads hands over until it is this one.
server_promote() {
    local leader
    for _ in {1..20}; do
        wait_until 30 server_are_well || fail "not one of the servers leads"
        leader=$(server_leader)
        [ "$leader" != "$1" ] || return 0
        server_command cluster hand-over --admin "ipc://$cluster_folder/$leader/admin/admin.sock" >/dev/null || true
    done
    fail "$1 does not become the leader"
}

server_is_gone() {
    ! server_pid "$1" >/dev/null
}

# Those that can't end are killed.
server_down() {
    local node
    touch "$cluster_folder/stop"
    for node in "${servers[@]}"; do
        server_signal "$node" CONT
        server_signal "$node" TERM
    done
    for node in "${servers[@]}"; do
        wait_until 10 server_is_gone "$node" || server_signal "$node" KILL
    done
}
