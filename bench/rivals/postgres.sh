#!/bin/sh
# postgres.sh FOLDER -- A PostgreSQL in the folder that flushes before it answers, tuned for many
# small transactions. It refuses root, hence is run as postgres then.
set -eu
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || exit 77
as=
if [ "$(id -u)" -eq 0 ]; then
    chown postgres "$1"
    as='setpriv --reuid=postgres --regid=postgres --init-groups --pdeathsig=INT'
fi
cd "$1"
$as "$bin/initdb" -D "$1/data" --auth=trust --username=bench --no-sync >/dev/null
exec $as "$bin/postgres" -D "$1/data" -k "$1" -c listen_addresses= \
    -c unix_socket_permissions=0700 \
    -c max_connections=100 -c fsync=on -c synchronous_commit=on -c wal_level=minimal \
    -c max_wal_senders=0 -c shared_buffers=1GB -c max_wal_size=8GB -c wal_buffers=64MB \
    -c checkpoint_timeout=1h -c autovacuum=off -c jit=off
