#!/bin/sh
# A client without any of our code: protoc packs and unpacks, nngcat speaks the SP protocol.
# Usage: foreign_client_test.sh ONSALED PROTO_FOLDER
set -eu
onsaled=$1
protos=$2

folder=$(mktemp -d "${TMPDIR:-/tmp}/onsale-foreign.XXXXXX")
main=ipc://$folder/onsale.sock
admin=ipc://$folder/admin/admin.sock
server=
stop() {
    [ -z "$server" ] || kill -9 "$server" 2>/dev/null || true
    rm -rf "$folder"
}
trap stop EXIT

fail() {
    echo "FAILED: $*" >&2
    cat "$folder/log" >&2
    exit 1
}

# Looks whether the server listens, for half a minute at most.
wait_until_it_serves() {
    for _ in $(seq 600); do
        ! grep -q 'serving from' "$folder/log" || return 0
        sleep 0.05
    done
    fail 'the server does not start'
}

encode() {
    protoc --proto_path="$protos" --encode="$1" "$2"
}

# Packed bytes as the text format of protobuf writes them, \ooo each.
escape() {
    od -An -v -to1 "$1" | tr -d '\n' | sed 's/ /\\/g'
}

# call SOCKET METHOD REQUEST_TYPE PROTO_FILE REQUEST: the reply frame, as text, is in "reply".
call() {
    echo "$5" | encode "$3" "$4" >"$folder/payload"
    encode onsale.rpc.v1.RequestFrame onsale/rpc/v1/rpc.proto >"$folder/frame" <<END
calls { method: "$2" timeout_ms: 5000 payload: "$(escape "$folder/payload")" }
END
    nngcat --req --dial "$1" --recv-timeout 20 --raw --file "$folder/frame" >"$folder/bytes"
    protoc --proto_path="$protos" --decode=onsale.rpc.v1.ReplyFrame onsale/rpc/v1/rpc.proto \
        <"$folder/bytes" >"$folder/reply"
}

replies() {
    grep -qF -e "$1" "$folder/reply" || fail "the reply has no '$1': $(cat "$folder/reply")"
}

"$onsaled" --data "$folder/data" --listen "$main" 2>"$folder/log" &
server=$!
wait_until_it_serves

call "$main" onsale.rpc.v1.HealthService/Check \
    onsale.rpc.v1.CheckRequest onsale/rpc/v1/health.proto ''
replies 'payload: "\010\001\022'
replies 'server_time_ms: '

call "$admin" onsale.v1.AdminService/CreateUser \
    onsale.v1.CreateUserRequest onsale/v1/admin.proto 'user_id: 7'
replies 'payload: "\010\001"'

call "$main" onsale.v1.WalletService/ChargeBalance \
    onsale.v1.ChargeBalanceRequest onsale/v1/wallet.proto \
    'user_id: 7 charge_id: "0123456789abcdef" amount: 100'
replies '0123456789abcdef'

call "$main" onsale.v1.WalletService/GetBalance \
    onsale.v1.GetBalanceRequest onsale/v1/wallet.proto 'user_id: 7'
replies 'payload: "\010d"'

call "$main" onsale.v1.WalletService/GetBalance \
    onsale.v1.GetBalanceRequest onsale/v1/wallet.proto 'user_id: 8'
replies 'code: CODE_NOT_FOUND'
replies 'reason: "USER_NOT_FOUND"'

# One wallet (field 5) and two events (field 7) were looked at; a violation (field 1) would come first.
call "$admin" onsale.v1.AdminService/CheckInvariants \
    onsale.v1.CheckInvariantsRequest onsale/v1/admin.proto ''
replies 'payload: "(\0018\002"'

kill "$server"
wait "$server" || fail "the server ended with $?"
server=
echo 'every call was answered'
