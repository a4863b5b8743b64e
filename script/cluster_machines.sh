# shellcheck shell=bash
# cluster_machines.sh -- Three machines of a cluster as network namespaces, for script/cluster
# --namespaces. To be sourced by bash, after lib.sh.
#
# Machine N has n$N, s$N, one address, and a cable to a switch in a namespace of its own, the hub,
# where whoever looks at the machines or calls them is. Nothing of that is in the namespace of the
# machine that all this runs on: it has no new address, and no address of it is taken. What others
# might call alike has the folder's name in it, as a hash. The file `network` has what all names
# begin with; without it there are no machines, and every function does what that says.

net=
net_machines=(1 2 3)
net_port=7171
net_watch_port=7172
# A peer that is cut off says nothing any more.
net_patience=' connect_timeout=10 tcp_user_timeout=3000 keepalives_idle=2 keepalives_interval=1 keepalives_count=2'
net_not_here=77 # the exit code of what this machine does not allow

net_complain() {
    printf '%s: this machine does not allow --namespaces: %s\n' "$(basename "$0")" "$*" >&2
}

# net_enter WHERE: words that run what follows on a machine, or in the hub.
net_enter() {
    [ -z "$net" ] || echo "nsenter --net=/run/netns/$net-${1#[ns]}"
}

net_address() {
    echo "10.77.0.${1#[ns]}"
}

net_find() {
    local reason=
    [ "$(id -u)" -eq 0 ] || reason='it takes root'
    command -v ip >/dev/null && command -v nsenter >/dev/null ||
        reason='there is no command ip or nsenter: apt-get install iproute2 util-linux'
    [ -z "$reason" ] || {
        net_complain "$reason"
        exit "$net_not_here"
    }
}

# What was left by a folder of the same name goes first.
net_up() {
    net=onsale-$(sha256sum <<<"$cluster_folder" | head -c 12)
    echo "$net" >"$cluster_folder/network"
    net_down
    net_make 2>"$cluster_folder/network.log" && return
    net_complain "$(head -n 1 "$cluster_folder/network.log")"
    net_down
    return 1
}

net_make() {
    local machine
    ip netns add "$net-hub" && net_set hub "link set lo up" "link add switch type bridge" \
        "address add $(net_address 254)/24 dev switch" "link set switch up" || return
    for machine in "${net_machines[@]}"; do
        ip netns add "$net-$machine" &&
            net_set hub "link add to$machine type veth peer name eth0 netns $net-$machine" \
                "link set to$machine master switch" "link set to$machine up" &&
            net_set "$machine" "link set lo up" "address add $(net_address "$machine")/24 dev eth0" \
                "link set eth0 up" || return
    done
}

# net_set WHERE LINE...: as ip takes them.
net_set() {
    local where=$1
    shift
    printf '%s\n' "$@" | ip -n "$net-$where" -batch -
}

# Whatever runs on a machine ends with it.
net_down() {
    local machine pids
    [ -n "$net" ] || return 0
    for machine in "${net_machines[@]}" hub; do
        [ -e "/run/netns/$net-$machine" ] || continue
        mapfile -t pids < <([ "$machine" = hub ] || ip netns pids "$net-$machine")
        [ ${#pids[@]} -eq 0 ] || kill -9 "${pids[@]}" 2>/dev/null || true
        ip netns delete "$net-$machine"
    done
}

# --- The cables ----------------------------------------------------------------------------------

# net_cable MACHINE up|down: at the switch; the machine sees that there is no carrier.
net_cable() {
    ip -n "$net-hub" link set "to$1" "$2"
}

net_is_cut() { # a machine, or that of a node
    [ -n "$net" ] && [ -z "$(ip -n "$net-hub" link show "to${1#[ns]}" up 2>/dev/null)" ]
}

net_mend_all() {
    local machine
    [ -n "$net" ] || return 0
    for machine in "${net_machines[@]}"; do net_cable "$machine" up 2>/dev/null || true; done
}
