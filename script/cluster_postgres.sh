# shellcheck shell=bash
# cluster_postgres.sh -- A group of PostgreSQL servers on this machine, for script/cluster. To be
# sourced by bash, after lib.sh.
#
# Everything is in $cluster_folder: for each node a folder with data/, its log and its socket; the
# file `primary` names the node that takes writes, as far as the watchdog knows. Commits wait for
# one of the two other nodes (ANY 1), whichever node is the primary. There are no ports: nodes
# listen on Unix sockets, and trust who comes so far: their folders are closed to other users. With
# machines of their own (cluster_machines.sh) they listen at their addresses there, which only root
# gets to. As root the servers run as the user postgres, who has these folders and nothing else.

cluster_folder=
pg_nodes=(n1 n2 n3)
pg_bin=
pg_probe_seconds=0.25 # a probe that takes longer has failed
pg_probes=3           # so many failures in a row, and the primary is given up
pg_probes_if_busy=20  # the same, where nobody else answers

pg_find() {
    local folder
    for folder in /usr/lib/postgresql/*/bin; do
        [ -x "$folder/postgres" ] && pg_bin=$folder
    done
    [ -n "$pg_bin" ] || fail "PostgreSQL is not installed: apt-get install postgresql"
    command -v pgrep >/dev/null || fail "pgrep, which finds its processes, is not installed: apt-get install procps"
}

pg_as() {
    (pg_exec "$@")
}

# pg_on NODE WORDS...: on its machine.
pg_on() {
    local enter
    enter=$(net_enter "$1")
    shift
    # shellcheck disable=SC2086 # words
    (cd / && exec $enter $(pg_user) "$@")
}

# In the place of this shell.
pg_exec() {
    cd /
    # shellcheck disable=SC2046 # words
    exec $(pg_user) "$@"
}

pg_user() {
    [ "$(id -u)" -ne 0 ] || echo setpriv --reuid postgres --regid postgres --clear-groups
}

ms() {
    date +%s%3N
}

# Patroni's servers have ports of their own, also for their sockets.
pg_port() {
    cat "$cluster_folder/$1.port" 2>/dev/null || echo 5432
}

# Where it listens: its folder, or the address of its machine.
pg_host() {
    if [ -z "$net" ]; then echo "$cluster_folder/$1"; else net_address "$1"; fi
}

# What libpq takes to get to a node.
pg_target() {
    echo "host=$(pg_host "$1") port=$(pg_port "$1") user=postgres${net:+$net_patience}"
}

# pg_psql SECONDS NODE ARGUMENT...: as psql takes them; no longer than that (0: as long as it takes).
pg_psql() {
    local seconds=$1 node=$2
    shift 2
    # shellcheck disable=SC2046 # words
    timeout "$seconds" $(net_enter hub) "$pg_bin/psql" -X -q -A -t -v ON_ERROR_STOP=1 \
        "$(pg_target "$node") dbname=postgres" "$@"
}

# pg_sql NODE STATEMENT...: each on its own; prints what they answer.
pg_sql() {
    local node=$1 statement arguments=()
    shift
    for statement in "$@"; do arguments+=(-c "$statement"); done
    PGCONNECT_TIMEOUT=2 pg_psql 0 "$node" "${arguments[@]}"
}

# The URL of all nodes, for --log.
pg_url() {
    local node hosts= ports=
    for node in "${pg_nodes[@]}"; do
        hosts+=${hosts:+,}$(pg_host "$node")
        ports+=${ports:+,}$(pg_port "$node")
    done
    printf 'host=%s port=%s user=postgres dbname=postgres' "$hosts" "$ports"
}

pg_pid() { # a server that runs alone, in pg_start_and_stop, has a minus before it
    sed -n '1s/^-\{0,1\}\([0-9]*\)$/\1/p' "$cluster_folder/$1/data/postmaster.pid" 2>/dev/null
}

pg_pids() {
    local pid
    pid=$(pg_pid "$1") && [ -n "$pid" ] || return 0
    echo "$pid"
    pgrep -P "$pid" || true
}

# One that was killed may wait as a zombie for whoever is process 1.
is_running() {
    local state=
    [ -r "/proc/$1/stat" ] || return 1
    state=$(sed 's/.*) //; s/ .*//' "/proc/$1/stat" 2>/dev/null) && [ -n "$state" ] && [ "$state" != Z ]
}

pg_is_running() {
    local pid
    pid=$(pg_pid "$1") && [ -n "$pid" ] && is_running "$pid"
}

# A zombie keeps its socket, as the next server sees it.
pg_free_socket() {
    local lock pid
    for lock in "$cluster_folder/$1"/.s.PGSQL.*.lock; do
        pid=$(head -n 1 "$lock" 2>/dev/null) || continue
        [ -n "$pid" ] && is_running "$pid" || rm -f "$lock" "${lock%.lock}"
    done
}

# What is alike for all nodes; of several, commits wait for one of the others.
pg_configure() {
    local node=$1 other others=
    for other in "${pg_nodes[@]}"; do
        [ "$other" = "$node" ] || others+=${others:+,}$other
    done
    cat <<END
listen_addresses = '${net:+$(pg_host "$node")}'
unix_socket_directories = '$cluster_folder/$node'
shared_buffers = 64MB
max_connections = 60
max_wal_size = 2GB
wal_keep_size = 512MB
wal_log_hints = on
hot_standby = on
wal_receiver_status_interval = 1s
wal_retrieve_retry_interval = 100ms
synchronous_commit = on
END
    [ -z "$net" ] || printf '%s = 5s\n' wal_sender_timeout wal_receiver_timeout
    [ -z "$others" ] || echo "synchronous_standby_names = 'ANY 1 ($others)'"
}

pg_conninfo() { # whom to follow, and who does
    echo "$(pg_target "$1") application_name=$2"
}

pg_start() {
    local node=$1
    pg_is_running "$node" || pg_free_socket "$node"
    # Whatever this script holds open (its output, a lock) is not the server's.
    if ! pg_on "$node" "$pg_bin/pg_ctl" -D "$cluster_folder/$node/data" -l "$cluster_folder/$node/log" -w -t 30 \
        start >/dev/null 2>&1 </dev/null 8>&-; then
        tail -n 5 "$cluster_folder/$node/log" >&2
        return 1
    fi
}

pg_make_folder() {
    mkdir -p "$cluster_folder/$1"
    [ "$(id -u)" -ne 0 ] || chown postgres: "$cluster_folder/$1"
}

pg_make_primary() {
    local node=$1
    pg_make_folder "$node"
    pg_as "$pg_bin/initdb" -D "$cluster_folder/$node/data" -A trust -U postgres -E UTF8 --locale=C \
        --no-sync >/dev/null || fail "initdb failed"
    pg_configure "$node" | pg_as tee -a "$cluster_folder/$node/data/postgresql.conf" >/dev/null
    [ -z "$net" ] || printf 'host %s all %s/24 trust\n' all "$(net_address 0)" replication "$(net_address 0)" |
        pg_as tee -a "$cluster_folder/$node/data/pg_hba.conf" >/dev/null
    pg_start "$node" || fail "$node does not start"
    echo "$node" >"$cluster_folder/primary"
}

# pg_make_standby NODE FROM: a copy of another node that follows it.
pg_make_standby() {
    local node=$1 from=$2
    pg_make_folder "$node"
    pg_on "$node" "$pg_bin/pg_basebackup" -d "$(pg_target "$from")" -D "$cluster_folder/$node/data" \
        -X stream -c fast --no-sync || fail "$node can't be copied from $from"
    pg_follow "$node" "$from"
    pg_start "$node" || fail "$node does not start"
}

# The settings of a standby that is to start.
pg_follow() {
    local node=$1 from=$2 data=$cluster_folder/$1/data
    pg_configure "$node" | pg_as tee -a "$data/postgresql.conf" >/dev/null
    echo "primary_conninfo = '$(pg_conninfo "$from" "$node")'" |
        pg_as tee "$data/postgresql.auto.conf" >/dev/null
    pg_as touch "$data/standby.signal"
}

# The first node is the primary.
pg_up() {
    local node
    pg_make_primary n1
    for node in "${pg_nodes[@]:1}"; do pg_make_standby "$node" n1; done
    [ ${#pg_nodes[@]} -eq 1 ] || wait_until 20 pg_has_standby n1 || fail "no standby follows n1"
}

pg_has_standby() {
    [ "$(pg_sql "$1" "SELECT count(*) > 0 FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum') AND application_name LIKE 'n_'")" = t ]
}

# pg_signal NODE SIGNAL: to all of its processes.
pg_signal() {
    local pids
    mapfile -t pids < <(pg_pids "$1")
    [ ${#pids[@]} -gt 0 ] || return 0
    kill "-$2" "${pids[@]}" 2>/dev/null || true
}

pg_down() {
    local node pid
    for node in "${pg_nodes[@]}"; do
        pg_is_running "$node" || continue
        pid=$(pg_pid "$node")
        pg_signal "$node" CONT
        pg_as "$pg_bin/pg_ctl" -D "$cluster_folder/$node/data" -m immediate -w -t 10 stop >/dev/null 2>&1 ||
            kill -9 "$pid" 2>/dev/null || true
    done
}

# --- Who is what ---------------------------------------------------------------------------------

pg_primary() {
    cat "$cluster_folder/primary"
}

# Whether a node answers within the time of a probe.
pg_answers() {
    # shellcheck disable=SC2046 # words
    timeout "$pg_probe_seconds" $(net_enter hub) "$pg_bin/pg_isready" -q -h "$(pg_host "$1")" -t 1 >/dev/null 2>&1
}

# Of one that does not answer: cut (off, with its machine), dead or frozen.
pg_why_silent() {
    if net_is_cut "$1"; then echo cut; elif pg_is_running "$1"; then echo frozen; else echo dead; fi
}

# Prints primary, standby, or what pg_why_silent does.
pg_role() {
    local in_recovery
    if net_is_cut "$1" || ! pg_is_running "$1"; then
        pg_why_silent "$1"
    elif ! in_recovery=$(pg_psql 1 "$1" -c 'SELECT pg_is_in_recovery()' 2>/dev/null); then
        echo frozen
    elif [ "$in_recovery" = t ]; then
        echo standby
    else
        echo primary
    fi
}

# --- Another primary -----------------------------------------------------------------------------

# A standby stops to receive: from then on nothing is acknowledged with its help. Prints how much it
# has; one that has received nothing since it was started knows only when it has replayed it.
pg_detach() {
    pg_psql 3 "$1" -c "ALTER SYSTEM SET primary_conninfo = ''" -c 'SELECT pg_reload_conf()' \
        -c "DO \$\$ BEGIN
                WHILE EXISTS (SELECT FROM pg_stat_get_wal_receiver() WHERE pid IS NOT NULL) LOOP
                    PERFORM pg_sleep(0.005);
                END LOOP;
            END \$\$" \
        -c "DO \$\$ DECLARE
                before pg_lsn;
            BEGIN
                IF pg_last_wal_receive_lsn() IS NULL THEN
                    LOOP
                        before := pg_last_wal_replay_lsn();
                        PERFORM pg_sleep(0.3);
                        EXIT WHEN before = pg_last_wal_replay_lsn();
                    END LOOP;
                END IF;
            END \$\$" \
        -c "SELECT 'at ' || pg_wal_lsn_diff(greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), '0/0')" 2>/dev/null |
        sed -n 's/^at //p'
}

pg_attach() { # a standby, to the new primary
    pg_sql "$1" "ALTER SYSTEM SET primary_conninfo = '$(pg_conninfo "$2" "$1")'" \
        'SELECT pg_reload_conf()' >/dev/null
}

# pg_fail_over OLD: makes the standby that has received most the primary, and has the others follow
# it. All other nodes are needed: one that is missing may be the only one with what the old primary
# has acknowledged. From the moment that they have stopped to receive, the old one can't acknowledge
# anything, whether it is dead, frozen, or only slow.
pg_fail_over() {
    local old=$1 node best= best_at=-1 at started
    started=$(ms)
    for node in "${pg_nodes[@]}"; do
        [ "$node" = "$old" ] || pg_detach "$node" >"$cluster_folder/$node.at" &
    done
    # shellcheck disable=SC2046 # words
    wait $(jobs -p)
    for node in "${pg_nodes[@]}"; do
        [ "$node" != "$old" ] || continue
        at=$(cat "$cluster_folder/$node.at")
        rm -f "$cluster_folder/$node.at"
        if [ -z "$at" ]; then
            pg_note "$node does not answer, and may have more than the others: no primary without it"
            for node in "${pg_nodes[@]}"; do
                [ "$node" = "$old" ] || pg_attach "$node" "$old" 2>/dev/null || true
            done
            return 1
        fi
        [ "$at" -le "$best_at" ] || { best=$node best_at=$at; }
    done
    pg_note "$best has received most ($(($(ms) - started)) ms): it becomes the primary"
    # The answer may be lost, or it was promoted the time before.
    pg_sql "$best" 'SELECT pg_promote(true, 10)' >/dev/null 2>&1 || [ "$(pg_role "$best")" = primary ] || return 1
    echo "$best" >"$cluster_folder/primary.new"
    mv "$cluster_folder/primary.new" "$cluster_folder/primary"
    for node in "${pg_nodes[@]}"; do
        [ "$node" = "$old" ] || [ "$node" = "$best" ] || pg_attach "$node" "$best"
    done
    pg_note "$best is the primary ($(($(ms) - started)) ms)"
}

# Unless there is another by now.
pg_fail_over_from() {
    [ "$(pg_primary)" != "$1" ] || pg_fail_over "$1"
}

pg_promote() {
    pg_fail_over "$(pg_primary)"
}

# pg_rejoin NODE: one that is dead, or was the primary, follows the primary from now on. What it has
# that the primary has not was never acknowledged. pg_rewind goes by the newest checkpoint of the
# primary: before there is one of its own time, it finds nothing to rewind, and the node never follows.
pg_rejoin() {
    pg_locked pg_rejoin_locked "$1"
}

# Not while another process of this script changes who is the primary, or who follows it.
pg_locked() {
    (
        flock 8
        "$@"
    ) 8>"$cluster_folder/lock"
}

# The primary, or a standby that runs: the watchdog may have made it that.
pg_is_well() {
    [ "$(pg_primary)" = "$1" ] ||
        { pg_is_running "$1" && [ -f "$cluster_folder/$1/data/standby.signal" ]; }
}

pg_rejoin_locked() {
    local node=$1 primary data=$cluster_folder/$1/data
    ! pg_is_well "$node" || return 0
    primary=$(pg_primary)
    if pg_is_running "$node"; then
        pg_as "$pg_bin/pg_ctl" -D "$data" -m immediate -w -t 10 stop >/dev/null 2>&1 || true
    fi
    if [ -f "$data/standby.signal" ]; then
        pg_follow "$node" "$primary"
    elif pg_start_and_stop "$node" && pg_sql "$primary" CHECKPOINT >/dev/null &&
        pg_on "$node" "$pg_bin/pg_rewind" -D "$data" --no-sync \
            --source-server "$(pg_conninfo "$primary" "$node") dbname=postgres" >>"$cluster_folder/$node.rewind" 2>&1; then
        pg_note "$node is rewound to $primary"
        pg_follow "$node" "$primary"
    else
        pg_note "$node is copied anew from $primary"
        pg_as rm -rf "$data"
        pg_make_standby "$node" "$primary"
        return
    fi
    pg_start "$node" || {
        pg_as rm -rf "$data"
        pg_make_standby "$node" "$primary"
    }
}

# One that was killed has to recover before it can be rewound; alone, so that nobody uses it.
pg_start_and_stop() {
    pg_as "$pg_bin/postgres" --single -D "$cluster_folder/$1/data" -c synchronous_standby_names= postgres \
        </dev/null >>"$cluster_folder/$1.rewind" 2>&1
}

# --- The watchdog --------------------------------------------------------------------------------

pg_note() {
    printf '%s %s\n' "$(date +%H:%M:%S.%3N)" "$*" | tee -a "$cluster_folder/watchdog.log"
}

# Plays what Patroni would: looks at the primary, promotes another when it is gone, and has nodes
# that come back follow. Ends when the folder `stop` is there.
pg_watch() {
    local failures=0 primary node
    while [ ! -e "$cluster_folder/stop" ]; do
        primary=$(pg_primary)
        if pg_answers "$primary"; then
            failures=0
            pg_take_back "$primary"
        else
            failures=$((failures + 1))
        fi
        if [ "$failures" -ge "$pg_probes" ] && pg_is_gone "$primary" "$failures"; then
            pg_note "$primary is $(pg_why_silent "$primary")"
            pg_locked pg_fail_over_from "$primary" || sleep 0.5
            failures=0
        fi
        sleep 0.05
    done
}

# pg_is_gone PRIMARY FAILURES: one that runs, and is not cut off, may only be on a machine that is busy:
# there others do not answer in time either. In the end it is given up all the same.
pg_is_gone() {
    local node
    [ "$(pg_why_silent "$1")" = frozen ] && [ "$2" -lt "$pg_probes_if_busy" ] || return 0
    for node in "${pg_nodes[@]}"; do
        [ "$node" = "$1" ] || pg_answers "$node" || return 1
    done
}

# Nodes that were the primary and go on again, and those that died.
pg_take_back() {
    local node
    for node in "${pg_nodes[@]}"; do
        [ "$node" != "$1" ] && [ ! -e "$cluster_folder/$node.killed" ] && ! net_is_cut "$node" || continue
        if ! pg_is_running "$node"; then
            pg_note "$node is dead: it is started again"
            pg_rejoin "$node" || pg_note "$node does not start"
        elif [ ! -f "$cluster_folder/$node/data/standby.signal" ] && pg_answers "$node"; then
            pg_note "$node was the primary and is back"
            pg_rejoin "$node" || pg_note "$node does not follow"
        fi
    done
}
