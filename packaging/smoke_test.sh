#!/bin/bash
# Installs the packages of /packages and uses them as their readers would: for script/on_debian
# --fresh, as root. systemd does not run there; the server is started as its unit says.
set -eu
cd "$(dirname "$0")/.."
export DEBIAN_FRONTEND=noninteractive
unit=$(mktemp)
server=

fail() {
    echo "FAILED: $*" >&2
    cat /tmp/onsaled.log >&2 || true
    exit 1
}

# Of the unit that was installed: its value of a name.
unit_says() {
    sed -n "s/^$1=//p" "$unit"
}

# start: folders, user, umask and command line are the unit's. Waits until it is ready as systemd does.
start() {
    local user command
    user=$(unit_says User)
    command=$(unit_says ExecStart)
    install -d -o "$user" -g "$user" -m "$(unit_says StateDirectoryMode)" "/var/lib/$(unit_says StateDirectory)"
    install -d -o "$user" -g "$user" -m "$(unit_says RuntimeDirectoryMode)" "/run/$(unit_says RuntimeDirectory)"
    rm -f /tmp/notify
    perl -MIO::Socket::UNIX -MSocket=SOCK_DGRAM -e '
        my $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => "/tmp/notify") or die;
        chmod 0666, "/tmp/notify";
        alarm 60;
        do { $socket->recv(my $message, 4096); exit 0 if $message =~ /^READY=1$/m } while 1' &
    local waits=$!
    until [ -S /tmp/notify ]; do sleep 0.05; done
    (
        umask "$(unit_says UMask)"
        # shellcheck disable=SC2086 # words
        NOTIFY_SOCKET=/tmp/notify exec setpriv --reuid "$user" --regid "$user" --clear-groups \
            --no-new-privs --bounding-set=-all $command 2>>/tmp/onsaled.log
    ) &
    server=$!
    wait $waits || fail 'the server is not ready'
}

# stop: as systemd does.
stop() {
    kill -TERM "$server"
    wait "$server" || fail 'the server did not stop as asked'
    server=
}

trap '[ -z "$server" ] || kill "$server"' EXIT

echo '# install'
apt-get -q update
apt-get -q -y --no-install-recommends install /packages/*.deb gcc libc6-dev pkg-config
gateway_unit=$(find / -xdev -name onsale-gateway.service -path '*/systemd/system/*' ! -path '/etc/*' ! -path '/onsale/*')
find / -xdev -name onsaled.service -path '*/systemd/system/*' ! -path '/etc/*' ! -path '/onsale/*' \
    -exec cat {} + >"$unit"
getent passwd onsale | grep -q '/var/lib/onsale' || fail 'there is no user onsale'
[ "$(stat -c '%U %a' /var/backups/onsale)" = 'onsale 700' ] || fail 'there is no folder for backups'
for example in prometheus/onsale.yml grafana/dashboard.json tcp.conf; do
    ls /usr/share/doc/onsaled/examples/"$example"* || fail "the example $example is missing"
done

echo '# a sale'
start
onsale health
[ "$(stat -c %a /var/lib/onsale)" = 700 ] || fail 'the data can be read by others'
[ "$(stat -c %a /run/onsale/onsale.sock)" = 600 ] || fail 'the socket is open'
onsale admin import /usr/share/doc/onsale/examples/club.json
onsale admin create-user 1001
onsale wallet charge 1001 1,000,000
ONSALE_TOKEN=$(onsale queue enter 2 --user 1001 --json | sed -n 's/.*"token": *"\([0-9a-f]*\)".*/\1/p')
export ONSALE_TOKEN ONSALE_USER=1001
id=01890a5d-ac96-774b-bcce-b302099a8057
onsale reserve 21 FLOOR-C-8 --id $id
onsale pay $id
onsale ticket list | tee /tmp/tickets
grep -q FLOOR-C-8 /tmp/tickets || fail 'there is no ticket'
onsale admin check
onsale admin backup /var/backups/onsale/first
[ "$(stat -c '%U' /var/backups/onsale/first/data.mdb)" = onsale ] || fail 'the backup is not of the server'

echo '# the gateway, as its user'
stop
sed -i 's/^# allow-uid = onsale-gateway/allow-uid = onsale-gateway/' /etc/onsaled.conf
start
setpriv --reuid onsale-gateway --regid onsale-gateway --clear-groups --no-new-privs --bounding-set=-all \
    onsale health || fail 'the user of the gateway is not let in'
# shellcheck disable=SC2086 # words
setpriv --reuid onsale-gateway --regid onsale-gateway --clear-groups --no-new-privs --bounding-set=-all \
    $(sed -n 's/^ExecStart=//p' $gateway_unit | sed 's/ [$].*//') --listen http://127.0.0.1:0 >/tmp/gateway.out &
gateway=$!
tries=0
until grep -q ':[1-9]' /tmp/gateway.out; do
    tries=$((tries + 1))
    [ $tries -lt 600 ] || fail 'the gateway does not serve'
    sleep 0.05
done
exec 4<>"/dev/tcp/127.0.0.1/$(sed -n 's/.*:\([0-9]*\).*/\1/p' /tmp/gateway.out | head -n 1)"
printf 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&4
read -r -t 30 -u 4 answer || fail 'the gateway does not answer'
echo "$answer" | grep -q '^HTTP/1.1 [0-9]' || fail "the gateway answers $answer"
exec 4>&-
kill -TERM $gateway
wait $gateway || fail 'the gateway did not stop as asked'

echo '# a program, by the shared library and by the archive'
gcc /usr/share/doc/libonsale-dev/examples/buy_ticket.c -o /tmp/shared $(pkg-config --cflags --libs onsale)
ldd /tmp/shared | grep -q libonsale
gcc /usr/share/doc/libonsale-dev/examples/buy_ticket.c -o /tmp/archived $(pkg-config --cflags onsale) \
    -l:libonsale.a $(pkg-config --static --libs onsale | sed 's/-lonsale//')
for program in /tmp/shared /tmp/archived; do
    $program ipc:///nowhere ipc:///nowhere 1 1 2>&1 | grep -q SOCKET_NOT_FOUND || fail "$program"
done
[ -e "$(pkg-config --variable=protodir onsale)/onsale/v1/queue.proto" ] || fail 'no .proto files'

echo '# an upgrade while it sells, with a configuration of our own'
sed -i 's/^idle-seconds.*/idle-seconds = 300/' /etc/onsaled.conf
apt-get -q -y --reinstall install /packages/onsaled_*.deb
grep -q 'idle-seconds = 300' /etc/onsaled.conf || fail 'the configuration was overwritten'
onsale health
stop
start
onsale ticket list | cmp - /tmp/tickets || fail 'the upgrade has lost a ticket'
kill -HUP "$server"
onsale health
stop

echo '# purge, which leaves the data, and install again'
apt-get -q -y purge onsaled
[ ! -e /etc/onsaled.conf ] && [ ! -e /usr/sbin/onsaled ] || fail 'something is left of the package'
[ -s /var/lib/onsale/data.mdb ] || fail 'the data is gone'
[ -s /var/backups/onsale/first/data.mdb ] || fail 'the backup is gone'
apt-get -q -y install /packages/onsaled_*.deb
start
onsale ticket list | cmp - /tmp/tickets || fail 'a ticket is lost'
onsale admin check
stop
echo '# all of it works'
