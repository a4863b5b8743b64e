#!/bin/sh
# docs/HTTP.md does what it says.
# Usage: page_test.sh ONSALED GATEWAY ONSALE EXAMPLES PAGE
set -eu
onsaled=$1
gateway=$2
onsale=$3
examples=$4
here=$(dirname "$0")
. "$here/door.sh"
start_door
"$onsale" admin import "$examples/club.json" >/dev/null
python3 "$here/page_test.py" "$5" "$url" "$admin_url"

# It must be able to fail.
sed 's/이미 선택된 좌석입니다/아직/' "$5" >"$folder/other.md"
! python3 "$here/page_test.py" "$folder/other.md" "$url" "$admin_url" >/dev/null 2>&1 ||
    fail "a page that is wrong passes"
