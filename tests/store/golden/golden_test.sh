#!/bin/sh
# A folder that another version wrote is opened, upgraded, used and opened again, and answers as
# that version did.
# Usage: golden_test.sh ONSALED ONSALE COMPARE_ANSWERS FOLDER.tar.gz FORMAT
set -eu
onsaled=$1
onsale=$2
compare=$3
golden=$4
format=$5
here=$(dirname "$golden")
recorded="${golden%.tar.gz}.answers"
folder=$(mktemp -d "${TMPDIR:-/tmp}/onsale-golden.XXXXXX")
. "$here/common.sh"
trap tidy_up EXIT

fail() {
    echo "FAILED: $*"
    cat "$folder/log"
    exit 1
}
must() {
    "$onsale" --timeout 30s "$@" >"$folder/out" 2>&1 || {
        cat "$folder/out"
        fail "onsale $*"
    }
}
says() {
    grep -q "$1" "$folder/log" || fail "the log does not say: $1"
}
# Asks again all that was asked when the answers were recorded.
ask_again() {
    sed -n 's/^> //p' "$recorded" | while read -r words; do
        # shellcheck disable=SC2086 # none has a space inside
        answer $words
    done
}
same() {
    "$compare" "$1" "$2" >"$folder/differences" || {
        cat "$folder/differences"
        fail "$3"
    }
}
mkdir "$folder/data"
tar -C "$folder/data" -xzf "$golden"

echo '# it opens, and every answer is the same'
start "$folder/data"
case $golden in
*_clean*) says 'journal: 0 records done again' ;;
*) says 'journal: [1-9][0-9]* records done again' ;;
esac
[ "$format" -ne 1 ] || says 'brought the store from format 1 to'
if grep 'brought the store' "$folder/log" | grep -qv "from format $format to"; then
    fail "it was not of format $format"
fi
ask_again >"$folder/now"
same "$recorded" "$folder/now" 'answers differ'
must admin check

echo '# it is used'
token=$(sed -n 's/^> queue show --token \(00000001.*\)/\1/p' "$recorded" | sed -n 2p)
waiting=$(sed -n 's/^> queue show --token \(00000001.*\)/\1/p' "$recorded" | sed -n 7p)
held=01890000-0000-7000-8200-000000000004
must reserve 11 F1-A-20 F1-A-21 --token "$token" --id 01890000-0000-7000-8200-000000000020
must pay 01890000-0000-7000-8200-000000000020 --user 2 --id 01890000-0000-7000-8300-000000000020
must reservation show "$held" --user 2
must admin create-user 30
must wallet charge 30 500000
must queue enter 1 --user 30
must queue leave --token "$waiting"
must reservation cancel 01890000-0000-7000-8200-000000000006 --user 5
must admin check

echo '# it is the same after a stop, and after kill -9'
ask_again >"$folder/used"
end TERM
start "$folder/data"
ask_again >"$folder/now"
same "$folder/used" "$folder/now" 'answers differ after a stop'
must wallet charge 30 1
ask_again >"$folder/used"
end KILL
start "$folder/data"
ask_again >"$folder/now"
same "$folder/used" "$folder/now" 'answers differ after kill -9'
must admin check
[ "$(grep -c 'brought the store' "$folder/log")" -le 1 ] || fail 'it was upgraded twice'
end TERM
