#!/bin/sh
# A data folder is checked and upgraded while no server uses it.
# Usage: offline_test.sh ONSALED ONSALE GOLDEN, a folder with the golden folders of tests/store
set -eu
onsaled=$1
onsale=$2
golden=$3
folder=$(mktemp -d "${TMPDIR:-/tmp}/onsale-offline.XXXXXX")
. "$(dirname "$0")/offline_common.sh"

# unpack GOLDEN NAME
unpack() {
    mkdir "$folder/$2"
    tar -C "$folder/$2" -xzf "$golden/$1.tar.gz"
}
files() {
    (cd "$folder/$1" && find . -type f -exec sha256sum {} + | sort)
}
# patch NAME TEXT DISTANCE OCTAL: a byte so far after the end of each place with this text.
patch() {
    grep -abo "$2" "$folder/$1/data.mdb" | while IFS=: read -r at _; do
        printf '%b' "\\0$4" | dd of="$folder/$1/data.mdb" bs=1 conv=notrunc status=none \
            seek=$((at + ${#2} + $3))
    done
}

echo '# wrong usage'
expect 2 --check
expect 2 --dry-run
complains 'dry-run goes with --upgrade'
expect 2 --check "$folder" --dry-run
expect 2 --check "$folder" --upgrade "$folder"
expect 2 --data "$folder" --upgrade "$folder"

echo '# no store'
for task in --check --upgrade '--dry-run --upgrade'; do
    # shellcheck disable=SC2086 # words
    {
        expect 1 $task "$folder/absent"
        complains "$folder/absent: No such file"
        expect 1 $task "$onsaled"
        complains 'is not a folder'
        expect 1 $task "$folder/tmp"
        complains 'there is no store in it'
    }
done
[ -z "$(ls -A "$folder/tmp")" ] || fail 'a store was made'

echo '# a check and a trial change nothing'
for name in format1_clean format1_killed format2_clean format2_killed; do
    unpack $name $name
    files $name >"$folder/before"
    expect 0 --check "$folder/$name"
    shows 'result    whole'
    shows ' [1-9][0-9]* queue_entries'
    case $name in
    *_killed) shows 'records done again, in the copy' ;;
    *) shows 'nothing to be done again' ;;
    esac
    expect 0 --upgrade "$folder/$name" --dry-run
    case $name in
    format1_*)
        shows 'format    1, upgraded to'
        shows 'ids of charges and payments: [1-9][0-9]* records in'
        shows 'nothing was changed'
        ;;
    *) shows 'format    2' ;;
    esac
    files $name | cmp -s - "$folder/before" || fail "$name was changed"
done

echo '# an upgrade, and again'
expect 0 --upgrade "$folder/format1_killed"
shows 'records done again: it was not'
shows 'result    upgraded'
expect 0 --upgrade "$folder/format1_killed"
shows 'result    nothing to upgrade'
expect 0 --check "$folder/format1_killed"
shows 'the present one'

echo '# two at once: one may find the other'
first=0
second=0
"$onsaled" --upgrade "$folder/format1_clean" >"$folder/out" 2>"$folder/err" &
other=$!
"$onsaled" --upgrade "$folder/format1_clean" >"$folder/out2" 2>"$folder/err2" || second=$?
wait $other || first=$?
[ $((first * second)) -eq 0 ] || fail "both were refused"
[ $first -le 1 ] && [ $second -le 1 ] || fail "exit codes $first and $second"
expect 0 --check "$folder/format1_clean"

echo '# a server runs'
start "$folder/format1_clean"
expect 1 --check "$folder/format1_clean"
complains 'a server or an upgrade uses it'
expect 1 --dry-run --upgrade "$folder/format1_clean"
expect 1 --upgrade "$folder/format1_clean"
complains 'another server uses the data folder'
"$onsale" health >/dev/null || fail 'it does not serve any more'
end TERM

echo '# damage'
unpack format2_clean damaged
patch damaged 'Winter Songs' 0 377
expect 3 --check "$folder/damaged"
shows 'DAMAGED   record-damaged: tree catalog, key 4300000001'
shows 'result    damaged'
unpack format1_clean cut
truncate -s 100K "$folder/cut/data.mdb"
for task in --check --upgrade; do
    expect 3 $task "$folder/cut"
    shows 'DAMAGED'
done

echo '# a newer format'
unpack format2_clean newer
patch newer format 0 052
for task in --check --upgrade; do
    expect 1 $task "$folder/newer"
    complains 'has format version 42, this server knows 1 to'
    complains 'it takes onsaled of a newer version to open it'
done
