#!/bin/sh
# gateway.sh FOLDER -- A gateway in front of the shop's server, which ONSALED and ONSALE_URL tell of.
exec "$(dirname "$ONSALED")/../gateway/onsale-gateway" --listen http://127.0.0.1:0 --server "$ONSALE_URL" \
    >"$1/gateway.url"
