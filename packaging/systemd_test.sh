#!/bin/bash
# What happens to services in years, to those of the packages of /packages, under systemd: for script/on_debian --boot,
# as root. It is about units, the journal and the scripts of packages; smoke_test.sh about what they bring. Reboots once.
set -Eeu
conf=/etc/onsaled.conf
kept=/var/lib/balance-before-the-boot
api=http://127.0.0.1:8080/v1/users/1001/balance

fail() {
    trap - ERR
    echo "FAILED: $*"
    journalctl --no-pager --lines 40 --unit onsaled --unit onsale-gateway
    exit 1
}
trap 'fail "line $LINENO: $BASH_COMMAND"' ERR

# within SECONDS WORDS COMMAND...: it succeeds before that; the words are what is wrong if not.
within() {
    local give_up=$((SECONDS + $1)) words=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $give_up ] || fail "$words"
        sleep 0.1
    done
}

refuses() { # COMMAND...
    if "$@" >/tmp/said 2>&1; then fail "it goes well: $*"; fi
    cat /tmp/said
}

property() { # NAME [UNIT]
    systemctl show --value --property "$1" "${2-onsaled}"
}

runs_as_another() { # than PID
    systemctl --quiet is-active onsaled && [ "$(property MainPID)" != "$1" ]
}

remember() { # from when on the journal is asked
    since=@$(date +%s.%N)
}
has_said() { # WORDS [OPTION...]
    journalctl --sync
    journalctl --since "$since" --output cat --unit onsaled "${@:2}" | grep -e "$1" >/dev/null
}
says() { # WORDS [OPTION...]
    within 30 "the journal does not say: $*" has_said "$@"
}

balance() {
    onsale wallet show 1001 --json | sed -n 's/.*"balance": *"*\([0-9]*\).*/\1/p'
}

# sell ... settle: charges a coin at a time to a wallet meanwhile. No caller sees that the server is away, and none of
# the coins is lost or doubled.
sell() {
    before=$(balance)
    rm -f /tmp/sold /tmp/failed /tmp/settles
    (
        until [ -e /tmp/settles ]; do
            onsale wallet charge 1001 1 --timeout 4min >/dev/null 2>>/tmp/failed && echo >>/tmp/sold
        done
    ) &
    within 30 'nothing is sold' test -s /tmp/sold
}
settle() {
    touch /tmp/settles # one more, or two
    wait
    [ ! -s /tmp/failed ] || fail "callers have seen it: $(sort -u /tmp/failed)"
    sold=$(wc -l </tmp/sold) there=$(($(balance) - before))
    [ $there = "$sold" ] || fail "of $sold coins $there are there"
}

are_installed() {
    echo '# installed: both serve, and will after each boot'
    apt-get -q -y --no-install-recommends install /packages/*.deb || fail 'they can not be installed'
    for unit in onsaled onsale-gateway; do
        [ "$(systemctl is-active $unit) $(systemctl is-enabled $unit)" = 'active enabled' ] || fail "$unit does not run"
        systemctl --no-pager --lines 0 status $unit | grep 'Status: "Serving' || fail "$unit does not say what it does"
        systemd-analyze security --no-pager --threshold=15 $unit >/tmp/said || fail "the sandbox of $unit has holes"
        tail -n 1 /tmp/said
    done

    echo '# open to whom the configuration names, and the gateway is one of them'
    useradd shop && useradd stranger
    printf 'allow-uid = onsale-gateway\nallow-uid = shop\n' >>$conf
    remember
    systemctl restart onsaled || fail 'it does not start again'
    [ "$(stat -c '%U %a' /run/onsale{,/onsale.sock,/watch.sock,/admin,/admin/admin.sock} /var/lib/onsale{,/data.mdb} |
        xargs)" = 'onsale 755 onsale 666 onsale 666 onsale 700 onsale 600 onsale 700 onsale 600' ] ||
        fail "modes and owners are others: $(ls -laR /run/onsale /var/lib/onsale)"
    onsale admin create-user 1001
    runuser -u shop -- onsale wallet charge 1001 5 || fail 'a user that is allowed is kept out'
    curl -fsS $api || fail 'the gateway is kept out'
    refuses runuser -u stranger -- onsale wallet show 1001
    refuses runuser -u shop -- onsale admin stats
    says 'hung up on a peer' --priority warning
    says 'audit.*CreateUser' --priority info
    if has_said . --priority err; then fail 'there are errors'; fi
}

are_confined() {
    echo '# confined, but backups and checks go on'
    local pid folder
    pid=$(property MainPID)
    [ "$(grep -c : "/proc/$pid/net/dev")" = 1 ] || fail 'it sees a network'
    [ "$(grep -cx -e 'CapEff:.0*' -e 'Seccomp:.2' "/proc/$pid/status")" = 2 ] || fail 'it may do what others may not'
    for folder in / /etc /usr /var /root; do
        refuses nsenter --target "$pid" --mount touch $folder/onsale-was-here
    done
    onsale admin backup /var/backups/onsale/1 || fail 'no backup can be made'
    runuser -u onsale -- onsaled --check /var/backups/onsale/1 >/tmp/said || fail "it is not whole: $(cat /tmp/said)"
    refuses onsale admin backup /etc/onsale-backup
}

are_reloaded() {
    echo '# reloaded: limits and keys are others, and connections live on'
    local answer
    onsale-gateway --make-key partner >/tmp/key # the key, then its rule
    echo 'everybody public' >/etc/onsale-access
    echo 'ONSALE_GATEWAY_OPTIONS="--access /etc/onsale-access"' >/etc/default/onsale-gateway
    systemctl restart onsale-gateway || fail 'the gateway does not take its options'
    refuses curl -fsS -H "x-api-key: $(head -n 1 /tmp/key)" $api
    exec 4<>/dev/tcp/127.0.0.1/8080
    tail -n 1 /tmp/key >>/etc/onsale-access
    systemctl reload onsale-gateway || fail 'the gateway can not be reloaded'
    within 30 'the key is not known' curl -fsS -H "x-api-key: $(head -n 1 /tmp/key)" $api
    printf 'GET /v1/users/1001/balance HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&4
    read -r -t 30 -u 4 answer || true
    [[ $answer = *' 200 '* ]] || fail "a connection of before the reload is answered: $answer"

    remember
    onsale bench --rate 200 --duration 5s --mix health=1 >/tmp/bench 2>&1 &
    sed -i 's/^connections = .*/connections = 777/' $conf
    systemctl reload onsaled || fail 'it can not be reloaded'
    says 'connections: 1024 before, 777 from now on'
    sed -i 's/^connections = .*/connections = many/' $conf
    systemctl reload onsaled
    says 'onsaled.conf:[0-9]*: connections must be' --priority err
    sed -i 's/^connections = .*/connections = 1024/' $conf
    wait
    grep 'Check *1,000  OK' /tmp/bench || fail "callers have seen it: $(cat /tmp/bench)"
}

are_killed() {
    echo '# killed while it sells; stopped where they stand, and the watchdogs bite; asked to stop'
    local pid gateway_pid signal
    for signal in KILL STOP; do
        remember
        pid=$(property MainPID)
        gateway_pid=$(property MainPID onsale-gateway)
        sell
        kill -$signal "$pid" "$gateway_pid"
        within 240 "after SIG$signal it is not started again" runs_as_another "$pid"
        settle
        within 60 "after SIG$signal the gateway does not serve" curl -fsS --max-time 5 $api
        [ "$(property MainPID onsale-gateway)" != "$gateway_pid" ] || fail "SIG$signal did not reach the gateway"
    done
    says 'Watchdog timeout'
    sell
    systemctl stop onsaled || fail 'it can not be stopped'
    [ "$(property Result) $(property ExecMainStatus)" = 'success 0' ] || fail 'it did not stop as asked'
    systemctl start onsaled
    settle
}

are_in_trouble() {
    echo '# started twice'
    local pid balance
    pid=$(property MainPID)
    balance=$(balance)
    systemctl start onsaled
    refuses runuser -u onsale -- onsaled --config $conf
    grep -q 'another server uses' /tmp/said || fail 'the second one does not say why'
    [ "$(property MainPID) $(balance)" = "$pid $balance" ] || fail 'the second one has disturbed the first'

    echo '# with a wrong configuration: told as an error, and not tried again'
    remember
    echo 'nonsense = 1' >>$conf
    refuses systemctl restart onsaled
    says 'onsaled.conf:[0-9]*: nonsense is not an option' --priority err
    [ "$(property NRestarts) $(property ActiveState)" = '0 failed' ] || fail 'it is tried again'
    dpkg --install /packages/onsaled_*.deb || fail 'then the package can not be installed'
    sed -i '/^nonsense/d' $conf
    systemctl start onsaled || fail 'repairing the configuration is not enough'

    echo '# with half of its folder: told, tried ten times, then left until somebody looks; without the folder'
    systemctl stop onsaled
    mv /var/lib/onsale/data.mdb /var/lib/data.mdb
    remember
    refuses systemctl start onsaled
    says 'open the store: ' --priority err
    within 120 'it does not give up' has_said 'Start request repeated too quickly'
    mv /var/lib/data.mdb /var/lib/onsale/data.mdb
    mv /var/lib/onsale /var/lib/onsale.away
    systemctl reset-failed onsaled
    systemctl start onsaled || fail 'it does not make its folder'
    says 'made a new store'
    systemctl stop onsaled
    rm -r /var/lib/onsale
    mv /var/lib/onsale.away /var/lib/onsale
    systemctl start onsaled
    [ "$(balance)" = "$balance" ] || fail 'it is another store'
}

are_upgraded() {
    echo '# a later version while it sells, and back'
    local pid package
    dpkg-deb --raw-extract /packages/onsaled_*.deb /tmp/later
    sed -i 's/^Version: .*/&+later/' /tmp/later/DEBIAN/control
    dpkg-deb --root-owner-group --build /tmp/later
    for package in /tmp/later.deb /packages/onsaled_*.deb; do
        pid=$(property MainPID)
        sell
        dpkg --install "$package" || fail "$package can not be installed"
        runs_as_another "$pid" || fail "that of $package does not run"
        settle
        grep -q '^allow-uid = shop' $conf || fail 'the configuration was overwritten'
    done
}

are_removed() {
    echo '# removed, purged, installed again'
    local step balance
    balance=$(balance)
    cp $conf /tmp/conf
    for step in remove purge; do
        apt-get -q -y $step onsaled onsale-gateway || fail "$step fails"
        [ "$(systemctl is-active onsaled onsale-gateway | xargs)" = 'inactive inactive' ] || fail "after $step they run"
    done
    if find /etc/systemd /etc/onsaled.conf | grep onsaled; then fail 'purge leaves links to units or the configuration'; fi
    cp /tmp/conf $conf
    apt-get -q -y --no-install-recommends -o Dpkg::Options::=--force-confold install /packages/onsale{d,-gateway}_*.deb
    [ "$(balance)" = "$balance" ] || fail 'the data is gone'
}

if [ ! -e $kept ]; then
    for what in installed confined reloaded killed in_trouble upgraded removed; do
        "are_$what"
    done
    echo '# after a boot'
    balance >$kept
    systemctl reboot
    sleep infinity
fi
within 60 'the gateway does not serve' curl -fsS $api
[ "$(balance)" = "$(cat $kept)" ] || fail 'the boot has lost something'
echo '# all of it works'
