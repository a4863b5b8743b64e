#include <stdio.h>

#include "gateway/http_limits.h"
#include "gateway/options.h"

static const char usage[] =
    "onsale-gateway -- the server's methods for every client of gRPC and HTTP\n"
    "\n"
    "usage: onsale-gateway [--listen URL]... [--admin-listen URL]... [--server URL]\n"
    "                      [OPTION]...\n"
    "\n"
    "  --listen URL       address for everybody: http[s]://HOST:PORT, up to 8\n"
    "                     (default http://127.0.0.1:8080; none if there is another);\n"
    "                     port 0 is any that is free\n"
    "  --admin-listen URL address for administration; the other methods, too. http://\n"
    "                     on this machine only; https:// needs --client-ca and\n"
    "                     --access\n"
    "  --metrics-listen URL\n"
    "                     for Prometheus: GET /metrics and nothing else, to\n"
    "                     whoever reaches it\n"
    "  --certificate FILE, --private-key FILE\n"
    "                     of https://, in PEM; TLS 1.3\n"
    "  --client-ca FILE   authorities of clients' certificates; without one a client\n"
    "                     is as good as any, but not for administration\n"
    "  --require-certificate\n"
    "                     no client without a certificate on https://\n"
    "  --access FILE      who is who: names of certificates, API keys (x-api-key),\n"
    "                     their roles and rates; see docs/GATEWAY.md\n"
    "  --make-key NAME    prints a new API key, and its line for --access\n"
    "  --server URL       socket for calls of onsaled: ipc:///PATH or tcp://HOST:PORT\n"
    "                     (default ipc:///run/onsale/onsale.sock); of several servers\n"
    "                     all, with commas: calls find the one that leads\n"
    "  --watch URL        its socket for long polls (default: watch.sock beside an\n"
    "                     ipc --server)\n"
    "  --admin URL        its socket for administration (default: admin/admin.sock\n"
    "                     beside it)\n"
    "  --read-from leader|nearest\n"
    "                     who answers what only reads (default leader): nearest is\n"
    "                     every server by turns: a state that may be a moment old,\n"
    "                     never older than what was read through this gateway\n"
    "  --cors-origin ORIGIN\n"
    "                     pages of this origin, https://shop.example, may call, or of\n"
    "                     any if it is *; up to 16 (default: none)\n"
    "  --log-level LEVEL  error, warning, info or debug: what is logged on stderr\n"
    "                     (default info)\n"
    "  --log-format FORMAT\n"
    "                     text, logfmt or json, a line each (default text)\n"
    "  --slow-call-ms N   log calls that took so long, but no long polls, and give\n"
    "                     those without a traceparent one (default 0: none)\n"
    "  --connections N    connections at once (default 16384)\n"
    "  --connections-per-address N\n"
    "                     of those, from one address (default 1024)\n"
    "  --help, --version\n"
    "\n"
    "gRPC is served over HTTP/2, without TLS with prior knowledge; JSON over HTTP/1.1\n"
    "and HTTP/2 under /v1 and /api. When it serves, a line on stdout tells each\n"
    "address. SIGHUP reads certificates and --access again. SIGTERM takes no more\n"
    "requests, answers those that are under way, and exits with 0; a second one does\n"
    "not wait for them. Exit codes: 0 stopped as asked; 1 can't start; 2 wrong usage.\n";

static void print_limit(const char *what, long long limit)
{
    printf("  %-62s %14lld\n", what, limit);
}

void help_print(void)
{
    fputs(usage, stdout);
#define GROUP(title) printf("\nlimits: %s\n", title);
#define LIMIT(name, value, what) print_limit(what, name);
#include "gateway/http_limits.def"
}
