#!/bin/sh
# Runs protoc-gen-c. What the options of HTTP come from is left out of the header: the messages do not
# need it, and neither does who installs libonsale.
# Usage: messages.sh PROTOC PROTO_FOLDER OUTPUT_FOLDER FILE.proto
set -eu
"$1" -I "$2" "--c_out=$3" "$4"
header=$3/${4#"$2"/}
header=${header%.proto}.pb-c.h
sed '/#include "google\/api\/annotations.pb-c.h"/d' "$header" >"$header.plain"
mv "$header.plain" "$header"
