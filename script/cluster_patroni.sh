# shellcheck shell=bash
# cluster_patroni.sh -- The group of PostgreSQL servers with Patroni and one etcd in the place of the
# watchdog, for script/cluster --patroni. To be sourced by bash, after cluster_postgres.sh.
#
# Patroni keeps a key in etcd that names the primary, and sets synchronous_standby_names itself. Its
# own doors and etcd's are ports of 127.0.0.1 that were free, as are those by which the servers reach
# each other; who comes by Unix sockets is trusted. Every user of the machine can connect to a port,
# and who may change what Patroni or etcd has is the servers' superuser: so etcd asks for a
# certificate that only who starts it has, the others for a password.

patroni_loop_seconds=1
patroni_ttl_seconds=20 # the least that Patroni takes

patroni_find() {
    command -v patroni >/dev/null && command -v etcd >/dev/null && command -v openssl >/dev/null &&
        command -v curl >/dev/null ||
        fail "Patroni is not installed: apt-get install patroni etcd-server python3-psycopg2 openssl curl"
}

# Below those that connections of others get.
free_port() {
    local port
    while port=$((20000 + RANDOM % 12000)) && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
    echo "$port"
}

# Both ends show the same certificate, and take no other.
patroni_make_certificate() {
    pg_make_folder etcd
    pg_as openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=onsale \
        -addext subjectAltName=IP:127.0.0.1 -keyout "$cluster_folder/etcd/key.pem" \
        -out "$cluster_folder/etcd/certificate.pem" 2>"$cluster_folder/openssl.log" ||
        fail "openssl makes no certificate; see $cluster_folder/openssl.log"
}

patroni_start_etcd() {
    local client peer key=$cluster_folder/etcd/key.pem certificate=$cluster_folder/etcd/certificate.pem
    client=$(free_port)
    peer=$(free_port)
    echo "$client" >"$cluster_folder/etcd.port"
    patroni_make_certificate
    (pg_exec etcd --data-dir "$cluster_folder/etcd/data" \
        --client-cert-auth --trusted-ca-file "$certificate" --cert-file "$certificate" --key-file "$key" \
        --peer-client-cert-auth --peer-trusted-ca-file "$certificate" --peer-cert-file "$certificate" \
        --peer-key-file "$key" \
        --listen-client-urls "https://127.0.0.1:$client" --advertise-client-urls "https://127.0.0.1:$client" \
        --listen-peer-urls "https://127.0.0.1:$peer" --initial-advertise-peer-urls "https://127.0.0.1:$peer" \
        --initial-cluster "default=https://127.0.0.1:$peer") >"$cluster_folder/etcd.log" 2>&1 </dev/null &
    echo $! >"$cluster_folder/etcd.pid"
    disown
    wait_until 20 patroni_etcd_answers "$client" || fail "etcd does not answer; see $cluster_folder/etcd.log"
}

patroni_etcd_answers() {
    local etcd=$cluster_folder/etcd
    curl -fsS -m 1 --cacert "$etcd/certificate.pem" --cert "$etcd/certificate.pem" --key "$etcd/key.pem" \
        "https://127.0.0.1:$1/health"
}

# patroni_configure NODE PASSWORD
patroni_configure() {
    local node=$1 password=$2 folder=$cluster_folder/$1 etcd=$cluster_folder/etcd port
    port=$(pg_port "$node")
    cat <<END
scope: onsale
name: $node
restapi:
  listen: '127.0.0.1:$(free_port)'
  authentication: {username: onsale, password: $password}
etcd3:
  hosts: ['127.0.0.1:$(cat "$etcd.port")']
  protocol: https
  cacert: $etcd/certificate.pem
  cert: $etcd/certificate.pem
  key: $etcd/key.pem
bootstrap:
  dcs:
    ttl: $patroni_ttl_seconds
    loop_wait: $patroni_loop_seconds
    retry_timeout: 3
    maximum_lag_on_failover: 1048576
    synchronous_mode: true
    synchronous_mode_strict: true
    postgresql: {use_pg_rewind: true, parameters: {wal_log_hints: 'on', max_connections: 60}}
  initdb: [{auth-local: trust}, {auth-host: scram-sha-256}, {encoding: UTF8}, {locale: C}, no-sync]
postgresql:
  listen: '127.0.0.1:$port'
  connect_address: '127.0.0.1:$port'
  bin_dir: $pg_bin
  data_dir: $folder/data
  pgpass: $folder/pgpass
  use_unix_socket: true
  use_unix_socket_repl: true
  pg_hba: ['local all all trust', 'local replication all trust',
           'host all all 127.0.0.1/32 scram-sha-256', 'host replication all 127.0.0.1/32 scram-sha-256']
  parameters: {unix_socket_directories: '$folder', password_encryption: scram-sha-256,
               shared_buffers: 64MB, wal_keep_size: 512MB}
  authentication:
    superuser: {username: postgres, password: $password}
    replication: {username: postgres, password: $password}
    rewind: {username: postgres, password: $password}
END
}

patroni_start() {
    local node=$1
    (pg_exec patroni "$cluster_folder/$node/patroni.yml") >>"$cluster_folder/$node.log" 2>&1 </dev/null &
    echo $! >"$cluster_folder/$node.pid"
    disown
}

patroni_up() {
    local node password
    touch "$cluster_folder/patroni"
    patroni_start_etcd
    password=$(openssl rand -hex 16)
    for node in "${pg_nodes[@]}"; do
        pg_make_folder "$node"
        free_port >"$cluster_folder/$node.port"
        patroni_configure "$node" "$password" | pg_as tee "$cluster_folder/$node/patroni.yml" >/dev/null
        patroni_start "$node"
        [ "$node" != n1 ] || wait_until 60 patroni_is_primary n1 || fail "n1 is not the primary; see $cluster_folder/n1.log"
    done
    wait_until 90 pg_has_standby n1 || fail "no standby follows n1; see $cluster_folder/n2.log"
}

patroni_is_primary() {
    [ "$(pg_role "$1")" = primary ]
}

# The one that says so, for others may be frozen.
patroni_primary() {
    local node
    for node in "${pg_nodes[@]}"; do
        ! patroni_is_primary "$node" || { echo "$node" && return; }
    done
    return 1
}

# The synchronous standby: no other can be promoted without losing anything.
patroni_candidate() {
    pg_sql "$(patroni_primary)" \
        "SELECT application_name FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum') LIMIT 1"
}

# Patroni says no to a standby that it takes to be starting still, and ends with 0 even so.
patroni_promote() {
    local candidate tries=0
    candidate=$(patroni_candidate)
    [ -n "$candidate" ] || fail "no standby is synchronous"
    until [ "$(patroni_primary)" = "$candidate" ]; do
        [ "$((tries += 1))" -le 30 ] || fail "Patroni does not promote $candidate"
        patronictl -c "$cluster_folder/n1/patroni.yml" failover --force --candidate "$candidate" onsale || true
        sleep 1
    done
}

# Patroni and the server: the whole node.
patroni_signal() {
    local node=$1 pid
    pid=$(cat "$cluster_folder/$node.pid")
    pg_signal "$node" "$2"
    kill "-$2" "$pid" $(pgrep -P "$pid") 2>/dev/null || true
    pg_signal "$node" "$2"
}

patroni_down() {
    local node
    for node in "${pg_nodes[@]}"; do
        [ -e "$cluster_folder/$node.pid" ] || continue
        patroni_signal "$node" CONT
        patroni_signal "$node" KILL
    done
    kill "$(cat "$cluster_folder/etcd.pid" 2>/dev/null)" 2>/dev/null || true
}
