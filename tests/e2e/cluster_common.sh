# shellcheck shell=bash
# cluster_common.sh -- Servers of a shop on several machines, started by hand, with a PostgreSQL group
# of script/cluster. To be sourced by bash with SCRIPT_CLUSTER BUILD.
#
# Everything is in $folder: for each server a folder with its data, its log and its sockets.
# $acknowledged counts the charges that were, of 1 to user 1.
script=$1
build=$2
folder=$(mktemp -d /var/tmp/onsale-several.XXXXXX)
chmod 0711 "$folder"
export PATH=$build/client/command:$PATH
acknowledged=0
declare -A pids=()

fail() {
    echo "$*"
    cat "$folder/status" 2>/dev/null || true
    tail -n 8 "$folder"/?/log || true
    exit 1
}

cluster() {
    "$script" --folder "$folder/cluster" "$@"
}

tidy_up() {
    [ ${#pids[@]} -eq 0 ] || kill -9 "${pids[@]}" 2>/dev/null || true
    cluster down >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap tidy_up EXIT

# until_done SECONDS WORDS...: tries again until it succeeds.
until_done() {
    local end=$((SECONDS + $1))
    shift
    while ! "$@" >"$folder/out" 2>&1; do
        [ "$SECONDS" -lt "$end" ] || fail "not in time: $* ($(tail -n 9 "$folder/out"))"
        sleep 0.05
    done
}

# start NODE OPTION...
start() {
    local node=$1
    shift
    mkdir -p "$folder/$node"
    "$build/server/onsaled" --data "$folder/$node/data" --node "$node" --listen "ipc://$folder/$node/onsale.sock" "$@" \
        >>"$folder/$node/log" 2>&1 &
    pids[$node]=$!
}

stop() {
    kill "${pids[$1]}"
    wait "${pids[$1]}" || fail "$1 has ended with $?"
    unset "pids[$1]"
}

# end NODE: it is killed.
end() {
    kill -9 "${pids[$1]}"
    wait "${pids[$1]}" 2>/dev/null || true
    unset "pids[$1]"
}

# at NODE...: whom the command calls.
at() {
    local node servers= admins=
    for node in "$@"; do
        servers+=${servers:+,}ipc://$folder/$node/onsale.sock
        admins+=${admins:+,}ipc://$folder/$node/admin/admin.sock
    done
    export ONSALE_SERVER=$servers ONSALE_ADMIN=$admins
}

charge() {
    local id
    for _ in $(seq "$1"); do
        id=$(printf '01890000-0000-7000-8000-%012d' $((acknowledged + 1)))
        until_done 30 onsale --timeout 10s wallet charge 1 1 --id "$id"
        acknowledged=$((acknowledged + 1))
    done
}

# expect_balance WHEN OPTION...: of all that was acknowledged, by whom `at` names.
expect_balance() {
    local when=$1
    shift
    onsale --timeout 10s "$@" wallet show 1 --json >"$folder/out" || fail "$when: $(cat "$folder/out")"
    grep -q "\"balance\": \"\?$acknowledged\"\?" "$folder/out" ||
        fail "$when: $acknowledged were acknowledged: $(cat "$folder/out")"
}

says() {
    onsale cluster status --timeout 1s >"$folder/status" && grep -qE "$1" "$folder/status"
}

# has_all NODE: as far as the leader.
has_all() {
    (at "$1" && onsale --timeout 2s --read-from nearest wallet show 1 --json) |
        grep -q "\"balance\": \"\?$acknowledged\"\?"
}

# refused NODE WORDS: it ends, and its last lines say why.
refused() {
    local code=0
    wait "${pids[$1]}" || code=$?
    unset "pids[$1]"
    [ "$code" -eq 1 ] || fail "$1 has ended with $code"
    grep -q "$2" "$folder/$1/log" || fail "$1 does not say: $2"
}
