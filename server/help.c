#include "server/help.h"

#include <stdio.h>

#include "base/limits.h"

static const char usage[] =
    "onsaled -- sells the seats of concerts\n"
    "\n"
    "usage: onsaled [--data DIR] [--listen URL]... [--watch URL]... [--admin URL]...\n"
    "               [OPTION]...\n"
    "       onsaled --check DIR\n"
    "       onsaled --upgrade DIR [--dry-run]\n"
    "       onsaled --restore BACKUP DIR\n"
    "       onsaled --log-init URL [--data DIR]\n"
    "\n"
    "  --data DIR         data folder, made if it is not there (default\n"
    "                     /var/lib/onsale)\n"
    "  --listen URL       socket for calls: ipc:///PATH or tcp://HOST:PORT, up to 16\n"
    "                     (default ipc:///run/onsale/onsale.sock)\n"
    "  --watch URL        socket for long polls (default: watch.sock beside the\n"
    "                     first ipc --listen)\n"
    "  --admin URL        socket for administration (default: admin/admin.sock\n"
    "                     beside it)\n"
    "  --allow-uid USER   user, by name or number, whose processes may connect over\n"
    "                     ipc, beside root and the server's own; up to 16\n"
    "  --socket-mode MODE\n"
    "                     octal mode of the ipc sockets, whatever the umask (default\n"
    "                     0666 with --allow-uid, 0660 with --socket-group, else\n"
    "                     0600); --admin stays 0600\n"
    "  --socket-group NAME\n"
    "                     group of these sockets and of the folder made for them\n"
    "  --map-size BYTES   most the store may grow to, with K, M, G or T (default\n"
    "                     256G); address space, not disk\n"
    "  --memory BYTES     most that requests, replies and what is made of them may\n"
    "                     occupy together (default 256M, at least 64M)\n"
    "  --connections N    connections a socket accepts at once (default 1024)\n"
    "  --connections-per-peer N\n"
    "                     of those, from one user over ipc or one address over tcp\n"
    "                     (default 512)\n"
    "  --idle-seconds N   a connection without a frame in flight for so long is\n"
    "                     closed (default 600)\n"
    "  --clock-jump-max SECONDS\n"
    "                     if the system clock jumps ahead by more, writes are refused\n"
    "                     until it is right again or 'onsale admin confirm-clock'\n"
    "                     says that it is (default 60)\n"
    "  --log-level LEVEL  error, warning, info or debug: what is logged on stderr\n"
    "                     (default info)\n"
    "  --log-format FORMAT\n"
    "                     text, logfmt or json, a line each (default text)\n"
    "  --slow-call-ms N   log calls that took so long, but no long polls, and how\n"
    "                     much of it they waited, were executed and waited for the\n"
    "                     disk (default 0: none)\n"
    "  --slow-flush-ms N  log flushes of the journal, and batches with theirs, that\n"
    "                     took so long (default 0: none)\n"
    "  --log URL          the shop is on several machines, and this is its log: a URL\n"
    "                     of libpq; see docs/CLUSTER.md\n"
    "  --node NAME        how this server is called there (default: the host's name)\n"
    "  --advertise URL    where callers find it when it leads, up to 16 (default: as\n"
    "                     --listen)\n"
    "  --follow-only yes|no\n"
    "                     whether it never leads (default no)\n"
    "  --holds-wait yes|no\n"
    "                     whether holds last longer by the time that nobody led for,\n"
    "                     if that was a second or more (default yes)\n"
    "  --log-keep-seconds N\n"
    "                     entries so young are not removed from the log, nor what a\n"
    "                     server needs that was heard of since (10 or more,\n"
    "                     default 86400; 0: nothing is removed)\n"
    "  --leave-cluster    the data folder, which was of such a shop, becomes that\n"
    "                     of a shop on this machine alone\n"
    "  --config FILE      file with the same names, a line each:\n"
    "                     listen = tcp://127.0.0.1:7171; the command line wins\n"
    "  --check DIR        read every record of a data folder that no server uses, and\n"
    "                     check what 'onsale admin check' does\n"
    "  --upgrade DIR      bring such a folder to the present format, as a server does\n"
    "                     when it starts; again is fine, also after it was killed\n"
    "  --restore BACKUP DIR\n"
    "                     make a data folder of a backup: copy it, compare it with\n"
    "                     its checksum, and check it as --check does\n"
    "  --log-init URL     make a log for --log, of a new shop, or with --data DIR\n"
    "                     of the shop in that folder\n"
    "  --dry-run          with --upgrade: try it, and change nothing\n"
    "  --help, --version\n"
    "\n"
    "Folders of sockets are made if they are not there, open to whom the socket is\n"
    "open to; those that are there stay as they are. TCP is neither encrypted nor\n"
    "checked: use it on the loopback address or a private network only.\n"
    "\n"
    "SIGHUP reads the options again. Of connections, connections-per-peer,\n"
    "idle-seconds, log-level, log-format, slow-call-ms and slow-flush-ms the new\n"
    "value is in force at once; the others take a restart.\n"
    "\n"
    "SIGTERM finishes what was accepted, refuses the rest with UNAVAILABLE, and exits\n"
    "with 0. Exit codes: 0 stopped as asked; 1 can't start, the disk failed, or\n"
    "connections are not freed any more (start it again); 2 wrong usage. SIGSEGV or\n"
    "SIGBUS ends it if pages of data.mdb are damaged: then the last line says so.\n"
    "\n"
    "--check and --dry-run work on a copy in TMPDIR, or else /tmp, which takes as\n"
    "much room as the store uses; DIR is only read. Exit codes of these, of --upgrade\n"
    "and of --restore: 0 whole, upgraded, or nothing to upgrade; 1 no store, in use,\n"
    "of a newer format, no room, or a DIR to restore to that has something in it;\n"
    "2 wrong usage; 3 something is damaged, and the report names it.\n";

static void print_group(const char *title)
{
    printf("\nlimits: %s\n", title);
}

static void print_limit(const char *what, long long limit)
{
    printf("  %-56s %20lld\n", what, limit);
}

void help_print(void)
{
    fputs(usage, stdout);
#define GROUP(title) print_group(title);
#define LIMIT(name, value, what) print_limit(what, name);
#define LARGE(name, what) print_limit(what, name);
#include "base/limits.def"
}
