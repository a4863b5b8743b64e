# offline_common.sh -- What onsaled does offline, and what it prints. To be sourced with $onsaled,
# $golden and $folder set; copies are made in $folder/tmp.
. "$golden/common.sh"
trap tidy_up EXIT
mkdir "$folder/tmp"
export TMPDIR="$folder/tmp"

fail() {
    echo "FAILED: $*"
    cat "$folder/out" "$folder/err" "$folder/log" 2>/dev/null
    exit 1
}

# expect CODE WORD...: runs onsaled, which must end with this code and leave no copy.
expect() {
    wanted=$1
    shift
    code=0
    "$onsaled" "$@" >"$folder/out" 2>"$folder/err" || code=$?
    [ "$code" -eq "$wanted" ] || fail "onsaled $*: exit code $code, not $wanted"
    [ -z "$(ls "$TMPDIR")" ] || fail "onsaled $*: a copy is left"
}

shows() {
    grep -q -e "$1" "$folder/out" || fail "stdout does not show: $1"
}

complains() {
    grep -q -e "$1" "$folder/err" || fail "stderr does not show: $1"
}
