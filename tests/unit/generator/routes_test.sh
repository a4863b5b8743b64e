#!/bin/sh
# What the plugin makes of (google.api.http), and which rules it refuses.
# Usage: routes_test.sh PROTOC PLUGIN PROTO_FOLDER
set -eu
protoc=$1
plugin=$2
protos=$3
work=$(mktemp -d "${TMPDIR:-/tmp}/onsale-routes.XXXXXX")
trap 'rm -rf "$work"' EXIT

# web NAME RULE [OPTION]: routes.def of a service whose method CallIt has this rule.
generate() {
    cat >"$work/web.proto" <<END
syntax = "proto3";
package web.v1;
import "google/api/annotations.proto";
service WebService {
  rpc CallIt(CallItRequest) returns (CallItResponse) { $1 }
  rpc Other(CallItRequest) returns (CallItResponse) { option (google.api.http) = {get: "/v1/other/{name}"}; }
}
message Inner { int32 number = 1; }
message CallItRequest { string name = 1; Inner inner = 2; repeated int32 numbers = 3; bytes made_id = 4; }
message CallItResponse {}
END
    "$protoc" -I "$work" -I "$protos" "--plugin=protoc-gen-onsale=$plugin" "--onsale_opt=routes$2" \
        "--onsale_out=$work" "$work/web.proto" 2>"$work/error"
}

fails=0
complain() {
    echo "$1"
    cat "$work/error"
    fails=1
}

# makes RULE LINE
makes() {
    if ! generate "option (google.api.http) = {$1};" ""; then
        complain "$1: was refused"
    elif ! grep -qxF "$2" "$work/routes.def"; then
        cat "$work/routes.def"
        complain "$1: does not make $2"
    fi
}

# refuses RULE WORDS
refuses() {
    if generate "option (google.api.http) = {$1};" ""; then
        complain "$1: was not refused"
    elif ! grep -qF "web.v1.WebService/CallIt: HTTP: $2" "$work/error"; then
        complain "$1: was refused otherwise than with $2"
    fi
}

makes 'post: "/v1/things/{name}:call" body: "*"' \
    'ROUTE(POST, "/v1/things/{name}:call", onsale_web_call_it, true, "made_id")'
makes 'post: "/v1/things/{made_id}" body: "*"' 'ROUTE(POST, "/v1/things/{made_id}", onsale_web_call_it, true, "")'
makes 'get: "/v1/things"' 'ROUTE(GET, "/v1/things", onsale_web_call_it, false, "made_id")'
makes 'delete: "/v1/a-b_c.d"' 'ROUTE(DELETE, "/v1/a-b_c.d", onsale_web_call_it, false, "made_id")'

refuses 'get: "/v1/things/{nothing}"' 'CallItRequest has no field nothing'
refuses 'get: "/v1/things/{inner}"' "inner can't stand in a path"
refuses 'get: "/v1/things/{numbers}"' "numbers can't stand in a path"
refuses 'get: "v1/things"' 'the path is none at "v1/things"'
refuses 'get: "/v1//things"' 'a part of the path is empty'
refuses 'get: "/v1/{name=things/*}"' 'CallItRequest has no field name=things/*'
refuses 'get: "/v1/x{name}"' 'the path is none at "{name}"'
refuses 'get: "/v1/{name"' 'a brace is missing in the path'
refuses 'get: "/v1/a b"' 'the path is none at " b"'
refuses 'get: "/v1/things" body: "*"' 'GET and DELETE have no body'
refuses 'post: "/v1/things"' 'the body must be "*"'
refuses 'post: "/v1/things" body: "inner"' 'the body must be "*"'
refuses 'get: "/v1/things" response_body: "x"' 'only a verb with a path'
refuses 'get: "/v1/a" additional_bindings { get: "/v1/b" }' 'only a verb with a path'
refuses 'body: "*"' 'it has no verb with a path'

generate 'option (google.api.http) = {get: "/v1/other/{made_id}"};' "" && complain "one path of two methods was not refused"
grep -qF 'another method has this verb and path' "$work/error" || complain "one path of two methods"
generate '' "" && complain "a method without a rule was not refused"
grep -qF 'web.v1.WebService/CallIt: HTTP: it has no rule, and no excuse' "$work/error" || complain "a method without a rule"
generate '' ",web.v1.WebService/CallI" && complain "the excuse of another method was taken"
generate '' ",web.v1.X/Y,web.v1.WebService/CallIt" || complain "a method with an excuse was refused"
exit "$fails"
