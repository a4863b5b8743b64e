#!/bin/sh
# What the log tells: acts of administration with who did them and what has changed, slow calls and
# flushes, peers that are hung up on, in text and JSON; and that nobody waits for who reads it.
# Usage: log_test.sh ONSALED ONSALE GOLDEN EXAMPLES
set -eu
onsaled=$1
onsale=$2
golden=$3
examples=$4
folder=$(mktemp -d "${TMPDIR:-/tmp}/onsale-log.XXXXXX")
. "$golden/common.sh"
trap tidy_up EXIT
me=uid:$(id -u)

fail() {
    echo "FAILED: $*"
    cat "$folder/log"
    exit 1
}
logged() {
    grep -q -e "$1" "$folder/log" || fail "not logged: $1"
}
# will_log PATTERN: waits for it.
will_log() {
    give_up=$(($(date +%s) + 60))
    until grep -q -e "$1" "$folder/log"; do
        [ "$(date +%s)" -lt "$give_up" ] || fail "never logged: $1"
        "$onsale" health >/dev/null
    done
}
# restart OPTION...: with a log of its own.
restart() {
    end TERM
    : >"$folder/log"
    start "$folder/data" "$folder/with" "$@"
}
# Puts more arguments behind those of start.
cat >"$folder/with" <<'END'
#!/bin/sh
more=
while [ "${1#--}" != "$1" ]; do
    more="$more $1 $2"
    shift 2
done
exec "$@" $more
END
chmod +x "$folder/with"

echo '# acts'
start "$folder/data"
"$onsale" admin import "$examples/club.json" >/dev/null
logged "audit method=onsale.v1.AdminService/ImportCatalogue peer=$me status=OK"
"$onsale" admin create-user 1001 >/dev/null
logged "audit method=onsale.v1.AdminService/CreateUser peer=$me status=OK user_id=1001"
"$onsale" admin policy set 2 --active-max 17 >/dev/null
logged "audit method=onsale.v1.AdminService/SetQueuePolicy peer=$me status=OK concert_id=2 active_max=17 active_max.was=[0-9]*$"
"$onsale" admin policy set 2 --active-max 18 --purchase-limit 3 >/dev/null
logged 'active_max=18 active_max.was=17 purchase_limit=3 purchase_limit.was=[0-9]*$'
"$onsale" admin stop 2 --holding >/dev/null
logged "SetSaleStops peer=$me status=OK concert_id=2 holding=STOP_CHANGE_STOP holding_stopped=true holding_stopped.was=false$"
"$onsale" admin block 21 FLOOR-C-8 FLOOR-C-9 >/dev/null
logged "audit method=onsale.v1.AdminService/BlockSeats peer=$me status=OK performance_id=21 seat_indexes=[0-9]*,[0-9]*"
"$onsale" admin policy set 2 --hold-lifetime 2min >/dev/null
"$onsale" admin stop 99 >/dev/null 2>&1 && fail 'there is no concert 99'
logged "audit method=onsale.v1.AdminService/SetSaleStops peer=$me status=CONCERT_NOT_FOUND concert_id=99 "
"$onsale" admin backup "$folder/backup" >/dev/null
logged "audit method=onsale.v1.AdminService/BackUp peer=$me status=OK path=$folder/backup bytes=[0-9]* last_event_number=[0-9]* sha256=[0-9a-f]\\{64\\}$"
"$onsale" admin check >/dev/null
"$onsale" admin stats >/dev/null
grep -q 'CheckInvariants\|GetStats' "$folder/log" && fail 'what changes nothing is no act'
acts=$(grep -c ' audit ' "$folder/log")
for user in $(seq 2001 2040); do "$onsale" admin create-user "$user" >/dev/null; done
[ "$(grep -c ' audit ' "$folder/log")" -eq $((acts + 40)) ] || fail 'not every act is there'

echo '# peers'
if [ "$(id -u)" -eq 0 ]; then
    restart --socket-mode 0666
    chmod 0711 "$folder"
    tries=0
    while [ $tries -lt 15 ]; do
        setpriv --reuid 65534 --regid 65534 --clear-groups "$onsale" --timeout 20ms health >/dev/null 2>&1 || true
        tries=$((tries + 1))
    done
    logged 'warning: hung up on a peer peer=uid:65534 why="its user is not allowed"'
    will_log 'more suppressed, like: hung up on a peer'
fi

echo '# slow ones, in JSON; errors only; and what takes no lines'
restart --slow-call-ms 1 --slow-flush-ms 1 --log-format json
"$onsale" admin check >/dev/null
i=0
until grep -q 'slow: ' "$folder/log"; do
    i=$((i + 1))
    [ $i -lt 2000 ] || fail 'no flush is slow'
    "$onsale" wallet charge 1001 1 >/dev/null
done
will_log '"level":"warning","msg":"slow call","method":"[A-Za-z.0-9/]*","peer":"'"$me"'","status":"OK","code":"OK","took_ms":"[0-9]*","waited_ms":"[0-9]*","executed_ms":"[0-9]*","flushed_ms":"[0-9]*"}$'
"$onsale" admin create-user 3001 >/dev/null
grep '"msg":"audit"' "$folder/log" | grep -q '"user_id":"3001","created":"true"}$' || fail 'no act in JSON'
grep -v '^{"time":"[0-9TZ:.-]*","pid":[0-9]*,"level":"[a-z]*","msg":".*}$' "$folder/log" && fail 'a line is no JSON'

restart --log-level error
"$onsale" admin create-user 3002 >/dev/null
[ ! -s "$folder/log" ] || fail 'more than errors is logged'

if [ -c /dev/full ]; then
    end TERM
    "$onsaled" --data "$folder/data" --listen "$ONSALE_SERVER" 2>/dev/full &
    server=$!
    "$onsale" --timeout 60s health >/dev/null
    "$onsale" admin create-user 3003 >/dev/null || fail 'a full disk below the log stops the server'
    end TERM
fi

echo '# a pipe that nobody reads'
mkfifo "$folder/pipe"
exec 3<>"$folder/pipe"
"$onsaled" --data "$folder/data" --listen "$ONSALE_SERVER" 2>&3 &
server=$!
"$onsale" --timeout 60s health >/dev/null
long=$(printf '%0400d' 0)
i=0
while [ $i -lt 200 ]; do # more than a pipe has room for
    i=$((i + 1))
    "$onsale" admin backup "$folder/absent/$long/$i" >/dev/null 2>&1 && fail 'a backup into nothing'
done
"$onsale" admin create-user 4001 >/dev/null || fail 'the server waits for who reads its log'
dd bs=4k count=32 iflag=nonblock <&3 >"$folder/log" 2>/dev/null || true
logged 'status=ARGUMENT_INVALID path=[^ ]*/absent/0*'
"$onsale" admin create-user 4002 >/dev/null
dd bs=4k count=32 iflag=nonblock <&3 >"$folder/log" 2>/dev/null || true
logged 'warning: [0-9]* lines of the log were lost'
logged 'user_id=4002'
end TERM

echo '# a log that is moved away, and one that is copied and emptied, as by logrotate'
: >"$folder/log"
"$onsaled" --data "$folder/data" --listen "$ONSALE_SERVER" 2>>"$folder/log" &
server=$!
"$onsale" --timeout 60s health >/dev/null
"$onsale" admin create-user 5001 >/dev/null
mv "$folder/log" "$folder/log.1"
kill -HUP "$server"
"$onsale" admin create-user 5002 >/dev/null || fail 'SIGHUP ends it'
mv "$folder/log.1" "$folder/log"
logged 'user_id=5001'
logged 'user_id=5002'
cp "$folder/log" "$folder/log.1"
: >"$folder/log"
kill -HUP "$server"
"$onsale" admin create-user 5003 >/dev/null
logged 'user_id=5003'
grep -q 'user_id=5001' "$folder/log" && fail 'what was cut off comes again'
[ "$(tr -d '\0' <"$folder/log" | wc -c)" -eq "$(wc -c <"$folder/log")" ] || fail 'there is a hole in the log'
end TERM
