#!/bin/sh
# Makes two golden folders of the store of a version: NAME_clean.tar.gz after a clean stop, and
# NAME_killed.tar.gz after `kill -9`, with a checkpoint behind it and a journal to be done again;
# and beside each what that version answered: NAME_....answers.
#
#   make.sh ONSALED ONSALE NAME
#
# Those of format 1 were made by commit 33d6514 (0.1.0), those of format 2 by commit 2fe9c70, those
# of format 3 by commit e93ebb8. The clock is that of the year 2100: time never runs backwards, so it
# stands still for every server that opens them before, and nothing that is open in them ends. Needs
# libfaketime.
set -eu
onsaled=$1
onsale=$2
name=$3
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d "${TMPDIR:-/tmp}/onsale-golden.XXXXXX")
. "$here/common.sh"
began=$(date +%s)
trap tidy_up EXIT

# Seconds after the beginning of 2100.
set_clock() {
    printf '+%d\n' $((4102444800 - began + $1)) >"$folder/clock.new"
    mv "$folder/clock.new" "$folder/clock"
}
start_at() {
    set -- "$1" "$2" "$(echo /usr/lib/*/faketime/libfaketimeMT.so.1)"
    set_clock "$2"
    start "$1" env LD_PRELOAD="$3" FAKETIME_TIMESTAMP_FILE="$folder/clock" FAKETIME_NO_CACHE=1 \
        FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_DISABLE_SHM=1 NO_FAKE_STAT=1
}

run() {
    "$onsale" --timeout 30s "$@" --json >"$folder/out" || { echo "onsale $*"; exit 1; }
}
# Some versions refuse it, some do not know it.
try() {
    "$onsale" --timeout 30s "$@" --json >"$folder/out" 2>&1 || true
}
enter() {
    run queue enter "$1" --user "$2"
    sed -n 's/^ *"token": "\([0-9a-f]*\)".*/\1/p' "$folder/out" >"$folder/token_$1_$2"
}
token() {
    cat "$folder/token_$1_$2"
}
# id KIND NUMBER: ids in the order of their kinds and numbers.
id() {
    printf '01890000-0000-7000-8%s00-%012d\n' "$1" "$2"
}

before_the_clean_stop() {
    run admin import "$here/shop.json"
    run admin import "$here/other_shop.json"
    for user in 1 2 3 4 5 6 7 8 9 10 11; do
        run admin create-user $user
        run wallet charge $user 1000000 --id "$(id 1 $user)"
    done
    try wallet charge 8 5 --id "$(id 1 7)" # one id of two users: format 1 has that
    run admin policy set 1 --active-max 5 --hold-lifetime 40s --active-lifetime 24h \
        --waiting-lifetime 24h --purchase-limit 10
    for user in 1 2 3 4; do enter 1 $user; done
    run reserve 11 F1-A-1 F1-A-2 --token "$(token 1 1)" --id "$(id 2 1)"
    run pay "$(id 2 1)" --user 1 --id "$(id 3 1)"
    run reserve 11 F1-A-3 --token "$(token 1 2)" --id "$(id 2 2)" # expires
    run reserve 11 F2-A-9 F2-A-10 --token "$(token 1 3)" --id "$(id 2 3)"
    run reservation cancel "$(id 2 3)" --user 3
    run admin block 11 F1-B-101 F1-B-102 F1-B-103
    run admin unblock 11 F1-B-102
    try admin policy set 2 --admission-lead 10min
    # Currencies and places for wheelchairs came with format 3.
    if "$onsale" --timeout 30s admin import "$here/third_shop.json" >"$folder/out" 2>&1; then enter 3 9; fi
}

after_it() {
    run admin policy set 1 --hold-lifetime 24h
    enter 1 5
    enter 1 6
    enter 1 7 # waits, as do those after it
    enter 1 8
    enter 1 9
    run queue leave --token "$(token 1 8)"
    run queue leave --token "$(token 1 4)"
    run reserve 11 F1-A-3 F1-A-4 --token "$(token 1 2)" --id "$(id 2 4)" # open
    run reserve 11 F2-A-60 F2-A-61 F2-A-62 F2-A-63 F2-A-64 --token "$(token 1 3)" --id "$(id 2 5)"
    run pay "$(id 2 5)" --user 3 --id "$(id 3 2)"
    run reserve 11 F1-B-104 --token "$(token 1 5)" --id "$(id 2 6)" # open
    run admin policy set 2 --admission paused --waiting-lifetime 24h
    enter 2 10
    enter 2 11
    try admin stop 1 --performance 12 --paying
    run wallet charge 11 7 --id "$(id 1 12)"
}

questions() {
    for user in 1 2 3 4 5 6 7 8 9 10 11; do
        answer wallet show $user
        answer wallet ledger $user
        answer ticket list --user $user
        answer reservation list 1 --user $user
    done
    answer wallet show 12
    for concert in 1 2; do
        answer concert show $concert
        answer admin policy show $concert
    done
    answer concert list
    for user in 1 2 3 4 5 6 7 8 9; do answer queue show --token "$(token 1 $user)"; done
    for user in 10 11; do answer queue show --token "$(token 2 $user)"; done
    answer performance list --token "$(token 1 2)"
    answer performance seats 11 --token "$(token 1 2)"
    answer performance seats 11 --token "$(token 1 2)" --section F1
    answer performance seats 11 --token "$(token 1 2)" --changes-since 5
    answer performance seats 12 --token "$(token 1 2)"
    for number in 1 2 3 4 5 6; do
        for user in 1 2 3 5; do answer reservation show "$(id 2 $number)" --user $user; done
    done
    if [ -f "$folder/token_3_9" ]; then
        answer performance list --token "$(token 3 9)"
        answer performance seats 31 --token "$(token 3 9)"
    fi
    answer payment show "$(id 3 1)" --user 1
    answer payment show "$(id 3 2)" --user 3
    for number in 1 2 3 7; do answer ticket show $number --user 3; done
    answer event list
    if "$onsale" admin stops --help >/dev/null 2>&1; then answer admin stops 1; fi
    answer admin check
}

# What is only allocated becomes a hole.
pack() {
    mkdir "$folder/packed"
    for file in "$folder/$1"/*; do
        case $file in *.lock | */lock.mdb) continue ;; esac
        cp --sparse=always "$file" "$folder/packed"
    done
    tar -C "$folder/packed" -S --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf - . |
        gzip -9n >"$here/${name}_$2.tar.gz"
    rm -r "$folder/packed"
}

# story DATA SIGNAL KIND
story() {
    start_at "$1" 0
    before_the_clean_stop
    set_clock 50
    run admin create-user 20 # sweeps what has expired
    end TERM
    start_at "$1" 50
    after_it
    end "$2"
    pack "$(basename "$1")" "$3"
    start "$1"
    questions >"$here/${name}_$3.answers"
    end TERM
}

story "$folder/clean" TERM clean
story "$folder/killed" KILL killed
ls -l "$here/${name}"_*
