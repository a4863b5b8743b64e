# shellcheck shell=bash
# torture_upgrade.sh -- Three onsaled are upgraded one by one while they sell, for script/torture. To
# be sourced by bash; $from names the version before, $old is the folder of its programs.

old=
upgraded=()

# Those of a commit are built once.
upgrade_find() {
    local commit tree
    if [ -x "$from/server/onsaled" ]; then
        old=$(cd "$from" && pwd)
        return
    fi
    commit=$(git -C "$root_folder" rev-parse --quiet --verify "$from^{commit}") ||
        fail "$from is neither a commit of $root_folder nor a folder with programs"
    tree=$root_folder/build/old-${commit:0:12}
    old=$tree/build/test
    if [ ! -f "$old/build.ninja" ]; then
        rm -rf "$tree"
        mkdir -p "$tree"
        git -C "$root_folder" archive "$commit" | tar -x -C "$tree"
        meson setup -Dbuildtype=debugoptimized "$old" "$tree" >"$tree/setup.log" 2>&1 ||
            fail "can't configure $old; see $tree/setup.log"
    fi
    CCACHE_BASEDIR=$tree compile "$old" server/onsaled client/command/onsale >&2
}

# --- Who calls by the old version -----------------------------------------------------------------

upgrade_user=9001

old_onsale() {
    "${hub[@]}" "$old/client/command/onsale" --timeout 10s "$@"
}

# Charges 1 at a time until there is the file `enough`; the file `called` counts what was acknowledged.
upgrade_call() {
    trap - EXIT
    local called=0 id
    until [ -e "$folder/enough" ]; do
        id=$(printf '01890000-0000-7000-8000-%012d' $((called + 1)))
        until old_onsale wallet charge "$upgrade_user" 1 --id "$id"; do sleep 0.05; done
        called=$((called + 1))
        echo "$called" >"$folder/called"
    done
}

upgrade_check_caller() {
    local called
    touch "$folder/enough"
    wait "$caller" || true
    caller=
    called=$(cat "$folder/called")
    echo "$called charges by a client of the old version"
    onsale 10s wallet show "$upgrade_user" --json | grep -qE "\"balance\": \"?$called\"?(,|\$)" || {
        echo "but user $upgrade_user has others: $(onsale 10s wallet show "$upgrade_user" --json)"
        return 1
    }
}

# --- Steps: each is given who leads ---------------------------------------------------------------

# change_to DIR NODE: it ends, and goes on with the programs of this folder.
change_to() {
    cluster end "$2" && cluster --build "$1" start "$2"
}

# The first of those that were not upgraded yet and do not lead.
upgrade_one() {
    local node
    for node in s1 s2 s3; do
        [[ $node == "$1" || " ${upgraded[*]-} " == *" $node "* ]] && continue
        upgraded+=("$node")
        change_to "$build" "$node"
        return
    done
    return 1
}

hand_over_to_new() {
    hand_over "$1"
}

hand_over_among_new() {
    hand_over "$1"
}

# The log of the old version may lack tables that the new one has.
make_tables() {
    "$build/server/onsaled" --log-init "$("$root_folder/script/cluster" --folder "$folder/cluster" url)" \
        >>"$folder/script.log" 2>&1 && wait_until 60 all_report
}

all_report() {
    [ "$("$root_folder/script/cluster" --folder "$folder/cluster" sql "$(primary)" \
        'SELECT count(*) FROM onsale_replica')" = 3 ]
}

# It follows, and has no complaint.
follows_well() {
    onsale 1s cluster status >"$folder/back" 2>/dev/null && grep -qE "^$1 +(follows|leads) " "$folder/back" &&
        ! grep -q "^$1: " "$folder/back"
}

# Not promised: what becomes of it is told, of what new leaders write, too. It is upgraded again.
back_and_again() {
    local node=s1
    [ "$1" != s1 ] || node=s2
    change_to "$old" "$node" || return 1
    if wait_until 10 follows_well "$node" && hand_over "$1" && sleep 2 && follows_well "$node"; then
        echo "back: a server of the old version goes on with the log of the new"
    else
        echo "back: the old version does not go on: $(grep "^$node: " "$folder/back" || tail -n 1 "$folder/cluster/$node/log")"
    fi
    change_to "$build" "$node"
}

upgrade_all() {
    local step
    wait_until 30 old_onsale admin create-user "$upgrade_user" || give_up "the old version makes no user"
    upgrade_call >"$folder/calling" 2>&1 &
    caller=$!
    say "Selling, while servers are upgraded from $from"
    for step in hand_over upgrade_one upgrade_one hand_over_to_new upgrade_one make_tables hand_over_among_new \
        back_and_again hand_over_among_new; do
        run_fault "$step"
        echo "$step: all is well after $SECONDS s"
    done
}
