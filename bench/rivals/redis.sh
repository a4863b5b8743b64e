#!/bin/sh
# redis.sh FOLDER -- A Redis in the folder that flushes its log before it answers.
command -v redis-server >/dev/null || exit 77
exec redis-server --port 0 --unixsocket "$1/redis.sock" --unixsocketperm 700 --dir "$1" \
    --daemonize no --save '' --appendonly yes --appendfsync always --auto-aof-rewrite-percentage 0
