#!/usr/bin/env bash
# cluster_test.sh SCRIPT_CLUSTER BUILD -- Two servers and three PostgreSQL: the server that leads is
# killed, then the primary; every charge that was acknowledged is there, once, on both.
set -euo pipefail
script=$1
build=$2
folder=$(mktemp -d /var/tmp/onsale-cluster-test.XXXXXX)
chmod 0711 "$folder"
acknowledged=0

fail() {
    echo "$*"
    tail -n 8 "$folder"/cluster/s?/log || true
    exit 1
}

cluster() {
    "$script" --folder "$folder/cluster" "$@"
}

tidy_up() {
    cluster down >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap tidy_up EXIT

# until SECONDS WORDS...: tries again until it succeeds.
until_done() {
    local end=$((SECONDS + $1))
    shift
    while ! "$@" >"$folder/out" 2>&1; do
        [ "$SECONDS" -lt "$end" ] || fail "not in time: $* ($(tail -n 1 "$folder/out"))"
        sleep 0.05
    done
}

# One leads, as all say who answer.
one_leads() {
    onsale cluster status --timeout 1s >"$folder/status" && leader=$(sed -n 's/^\(s[12]\) *leads .*/\1/p' "$folder/status")
}

charge() {
    local id
    for _ in $(seq "$1"); do
        id=$(printf '01890000-0000-7000-8000-%012d' $((acknowledged + 1)))
        until_done 30 onsale --timeout 10s wallet charge 1 1 --id "$id"
        acknowledged=$((acknowledged + 1))
    done
}

expect_balance() {
    onsale --timeout 10s wallet show 1 --json >"$folder/out"
    grep -q "\"balance\": \"\?$acknowledged\"\?" "$folder/out" ||
        fail "$1: $acknowledged were acknowledged: $(cat "$folder/out")"
}

cluster up --servers 2 --build "$build" >"$folder/out" 2>&1 || fail "no cluster: $(cat "$folder/out")"
eval "$(cluster env)"
until_done 30 onsale --timeout 2s admin create-user 1
charge 20
expect_balance "at first"

for when in first then; do
    until_done 30 one_leads
    killed=$leader
    cluster kill "$killed"
    charge 10
    expect_balance "after $killed was killed"
    cluster start "$killed"
    if [ "$when" = first ]; then
        cluster kill n1
        charge 20
        expect_balance "after the primary was killed"
    fi
done

# By hand: to the one that was killed last.
cluster promote "$killed"
charge 5
until_done 30 one_leads
[ "$(grep -c -e ' leads ' -e ' follows ' "$folder/status")" -eq 2 ] || fail "not both: $(cat "$folder/status")"
[ "$leader" = "$killed" ] || fail "$killed does not lead: $(cat "$folder/status")"
expect_balance "after a hand-over"
echo "$acknowledged charges acknowledged, none lost, none twice"
