#!/bin/sh
# Catalogues as they come: what is imported, what is refused and with which words, and whether the
# price that is shown is the price that is charged.
# Usage: catalogues_test.sh ONSALED ONSALE CATALOGUES
set -eu
onsaled=$1
onsale=$2
catalogues=$3
name=catalogues
. "$(dirname "$0")/common.sh"
export ONSALE_USER=7 COLUMNS=80 TZ=UTC LC_ALL=C.UTF-8

# says_nothing: no warning.
says_nothing() {
    [ ! -s "$folder/err" ] || fail 'stderr is not empty'
}

# is_tame FILE: nothing in it but lines of characters that show.
is_tame() {
    ! LC_ALL=C grep -qP '[\x00-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xa8-\xae]' "$folder/$1" ||
        fail "$1 has a character that a terminal may obey"
}

# imported NAME SEATS: the catalogue is new, and has so many seats.
imported() {
    expect 0 admin import "$catalogues/$1.json"
    shows "Imported 1 new performances with $2 new seats"
}

# refused NAME WORDS
refused() {
    expect 8 admin import "$catalogues/$1.json"
    complains "$2"
    is_tame err
}

start
expect 0 admin create-user 7

echo '# what is refused, by its name'
refused before-1970 'performances[0].starts_at_ms: must not be before 1970-01-01T00:00:00Z'
refused control-characters 'concert.title: must not have the control character U+001B, its byte 2'
refused direction 'concert.title: must not have the direction mark U+202E, its byte 2'
refused section-with-newline 'layouts[0].sections[0].name: must not have the control character U+000A'
refused decimal-price 'performances[0].tiers[0].price: must be a whole number, 0..1000000000000'
refused duplicate-labels 'layouts[0].sections[0].rows[1]: has a seat A-1-1, which layouts[0].sections[0].rows[0]'
refused same-section-twice 'layouts[0].sections[1].rows[0]: has a seat A-1-1, which layouts[0].sections[0].rows[0]'
refused same-name-by-a-dash 'layouts[0].sections[1].rows[0]: has a seat A-1-2-3, which layouts[0].sections[0].rows[0]'
refused same-name-put-together 'which layouts[0].sections[0].rows[0] has too'
refused nul-then-garbage 'nul-then-garbage.json: line 2, column 1: a NUL byte, of which JSON has none'
expect 0 concert list
shows 'No concerts.'

echo '# what is no file of JSON'
: >"$folder/empty.json"
expect 8 admin import "$folder/empty.json"
complains 'empty.json: there is nothing in it'
printf '\377\376{\000}\000' >"$folder/utf16.json"
expect 8 admin import "$folder/utf16.json"
complains 'it is UTF-16 or UTF-32: save it as UTF-8'
expect 8 admin import "$folder"
complains 'Is a directory'
expect 8 admin import /dev/zero
complains 'File too large'
cat >"$folder/key.json" <<'JSON'
{"concert": {"\u001b[2J\nconcert 999": 1}, "layouts": [], "performances": []}
JSON
expect 8 admin import "$folder/key.json"
complains 'concert.\x1b[2J\x0aconcert 999: there is no such key here'
is_tame err
expect 8 admin import "$(printf '%s/\033[2J\377\nonsale: OK' "$folder")"
complains '\x1b[2J\xff\x0aonsale: OK: No such file or directory'
is_tame err
expect 8 --json admin import "$(printf '\033\302\233\377')"
complains '"message": "\\x1b\\x9b\\xff: No such file or directory"'

echo '# what is taken, with a warning where it is odd'
imported bom 3
says_nothing
imported row-of-600 600
says_nothing
imported section-of-two-prices 16
says_nothing
imported standing-as-row 248
says_nothing
imported korean 3
says_nothing
imported price-range 6
says_nothing
imported started-long-ago 40
complains 'warning: performances[0]: the show is in the past: it began Fri 2010-01-01 00:00'
complains 'warning: performances[0]: the sale closes after the show begins'
imported unused-price 40
complains 'warning: performances[0].tiers[1]: no seat has the tier unused'
imported capitals 6
complains 'warning: layouts[0]: only capital letters tell the seats A-1-2 and a-1-2 apart'
expect 0 --json admin import "$catalogues/unused-price.json"
complains '{"warning":"performances[0].tiers[1]: no seat has the tier unused"}'

echo '# the price that is shown is the price that is charged'
expect 0 wallet charge 7 2,000,000,000
enter 203
expect 0 performance list
shows 'dear   9,000     8      8'
shows 'cheap  1,000     8      8'
expect 0 performance seats 203
shows 'dear  9,000  --  8 of 8 left'
shows 'cheap  1,000  --  8 of 8 left'
expect 0 performance seats 203 --section A
[ "$(grep -A 3 'Section A  --  dear  9,000' "$folder/out" | tail -n 1)" = '1  1 2 3 4 5 6 7 8' ] ||
    fail 'row 1 is not under its price'
[ "$(grep -A 2 'Section A  --  cheap  1,000' "$folder/out" | tail -n 1)" = '2  1 2 3 4 5 6 7 8' ] ||
    fail 'row 2 is not under its price'
expect 0 reserve 203 A-1-1
shows 'Price        9,000'
expect 0 reserve 203 A-2-1 --json
shows '"totalPrice": "1000"'
reservation=$(field reservationId)
expect 0 pay "$reservation"
shows 'Amount         1,000'
expect 0 ticket list
shows 'A-2-1  1,000'
enter 305
expect 0 reserve 305 A-1-1
shows 'Price        0'
expect 0 performance seats 305 --section B
shows 'Section B  --  dear  1,000,000,000,000'

echo '# names as people type them'
enter 301
expect 0 concert list
shows '뮤지컬 〈빨래〉 🔥'
expect 0 performance seats 301 --section 가
shows 'Section 가  --  R석  77,000'
expect 0 reserve 301 "$(printf '\341\204\200\341\205\241-1-1')" # the same syllable in two letters
shows '가-１-1'
expect 4 reserve 301 가-１-１
complains '가-１-1'
enter 304
expect 0 reserve 304 A-1-2
shows ' A-1-2'
expect 0 reserve 304 a-1-2
shows ' a-1-2'
expect 4 reserve 304 B-1-2
complains 'the hall has no seat B-1-2'

echo '# a long row in a narrow terminal'
enter 690
expect 0 performance seats 690
shows 'x  1,000  --  248 of 248 left'
fits 80
expect 0 performance seats 690 --section standing
shows 'Section STANDING  --  x  1,000'
fits 80
expect 0 reserve 690 STANDING-GA-248
enter 902
expect 0 performance seats 902
fits 80
expect 0 reserve 902 BALCONY-A-600
expect 0 admin check
shows 'Every invariant holds.'
echo '# all as it must be'
