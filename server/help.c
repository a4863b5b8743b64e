#include "server/help.h"

#include <stdio.h>

#include "base/limits.h"

static const char usage[] =
    "onsaled -- sells the seats of concerts\n"
    "\n"
    "usage: onsaled [--data DIR] [--listen URL]... [--watch URL]... [--admin URL]... [OPTION]...\n"
    "\n"
    "  --data DIR         data folder, made if it is not there (default /var/lib/onsale)\n"
    "  --listen URL       socket for calls: ipc:///PATH or tcp://HOST:PORT, up to 16\n"
    "                     (default ipc:///run/onsale/onsale.sock)\n"
    "  --watch URL        socket for long polls (default: watch.sock beside the first ipc "
    "--listen)\n"
    "  --admin URL        socket for administration (default: admin/admin.sock beside it)\n"
    "  --allow-uid UID    user whose processes may connect over ipc, beside root and the server's\n"
    "                     own; up to 16\n"
    "  --socket-mode MODE octal mode of the ipc sockets, whatever the umask (default 0666 with\n"
    "                     --allow-uid, 0660 with --socket-group, else 0600); --admin stays 0600\n"
    "  --socket-group NAME\n"
    "                     group of these sockets and of the folder made for them\n"
    "  --map-size BYTES   most the store may grow to, with K, M, G or T (default 256G); address\n"
    "                     space, not disk\n"
    "  --memory BYTES     most that requests, replies and what is made of them may occupy "
    "together\n"
    "                     (default 256M, at least 64M)\n"
    "  --connections N    connections a socket accepts at once (default 1024)\n"
    "  --connections-per-peer N\n"
    "                     of those, from one user over ipc or one address over tcp (default 512)\n"
    "  --idle-seconds N   a connection without a frame in flight for so long is closed (default "
    "600)\n"
    "  --clock-jump-max SECONDS\n"
    "                     if the system clock jumps ahead by more, writes are refused until it is\n"
    "                     right again or 'onsale admin confirm-clock' says that it is (default "
    "60)\n"
    "  --config FILE      file with the same names, a line each: listen = tcp://127.0.0.1:7171;\n"
    "                     the command line wins\n"
    "  --help, --version\n"
    "\n"
    "Folders of sockets are made if they are not there, open to whom the socket is open to; those\n"
    "that are there stay as they are. TCP is neither encrypted nor checked: use it on the "
    "loopback\n"
    "address or a private network only.\n"
    "SIGTERM finishes what was accepted, refuses the rest with UNAVAILABLE, and exits with 0.\n"
    "Exit codes: 0 stopped as asked, 1 can't start, the disk failed, or connections are not freed\n"
    "any more (start it again), 2 wrong usage. SIGSEGV or SIGBUS ends it if pages of data.mdb are\n"
    "damaged: then the last line says so.\n"
    "\n"
    "limits\n";

static void print_limit(const char *what, long long limit)
{
    printf("  %-58s %12lld\n", what, limit);
}

void help_print(void)
{
    fputs(usage, stdout);
    print_limit("request frame (bytes)", REQUEST_FRAME_BYTES_MAX);
    print_limit("request frame on the admin socket (bytes)", ADMIN_FRAME_BYTES_MAX);
    print_limit("reply frame (bytes)", REPLY_FRAME_BYTES_MAX);
    print_limit("calls in a frame", CALLS_PER_FRAME_MAX);
    print_limit("records that the calls of a frame may ask for", RECORDS_PER_FRAME_MAX);
    print_limit("memory to answer one frame (bytes)", FRAME_ARENA_BYTES_MAX);
    print_limit("timeout of a call (ms)", CALL_TIMEOUT_MS_MAX);
    print_limit("wait of a long poll (ms)", LONG_POLL_WAIT_MS_MAX);
    print_limit("value of a known metadata key (bytes)", METADATA_VALUE_BYTES_MAX);
    print_limit("nesting of a message", PROTO_DEPTH_MAX);
    print_limit("unknown fields in a message", PROTO_UNKNOWN_FIELDS_MAX);
    print_limit("elements of the repeated fields of a message", PROTO_ELEMENTS_MAX);
    print_limit("frames in flight of a connection", FRAMES_IN_FLIGHT_PER_CONNECTION_MAX);
    print_limit("frames in flight of the socket for calls", FRAMES_IN_FLIGHT_PER_SOCKET_MAX);
    print_limit("frames in flight of the admin socket", ADMIN_FRAMES_IN_FLIGHT_MAX);
    print_limit("connections reserved for root and the server's own user", CONNECTIONS_RESERVED);
    print_limit("first whole frame of a connection within (ms)", CONNECTION_FIRST_FRAME_MS_MAX);
    print_limit("time for a peer to take a reply (ms)", UNREAD_MS_MAX);
    print_limit("and more for so many bytes of it (bytes/ms)", UNREAD_BYTES_PER_MS_MIN);
    print_limit("the same if it occupies more than its share (ms)", UNREAD_BUSY_MS_MAX);
    print_limit("commands that wait for the writer", WRITER_QUEUE_MAX);
    print_limit("commands in a batch", WRITER_BATCH_MAX);
    print_limit("long polls that wait", WATCHERS_MAX);
    print_limit("seats in a hold", SEATS_PER_HOLD_MAX);
    print_limit("seats in a call of BlockSeats", SEATS_PER_BLOCK_CALL_MAX);
    print_limit("seats of a performance", SEATS_PER_PERFORMANCE_MAX);
    print_limit("sections of a hall", SECTIONS_PER_LAYOUT_MAX);
    print_limit("rows of a hall", ROWS_PER_LAYOUT_MAX);
    print_limit("rows of a section", ROWS_PER_SECTION_MAX);
    print_limit("seats of a row", SEATS_PER_ROW_MAX);
    print_limit("seats in an import", SEATS_PER_IMPORT_MAX);
    print_limit("performances in an import", PERFORMANCES_PER_IMPORT_MAX);
    print_limit("entries that wait in a queue", WAITING_ENTRIES_MAX);
    print_limit("a queue entry that is over is kept for (ms)", QUEUE_ENTRY_KEPT_MS);
    print_limit("records in a page", PAGE_SIZE_MAX);
    print_limit("events in a call of ListEvents", EVENTS_PER_CALL_MAX);
    print_limit("money in a charge", CHARGE_AMOUNT_MAX);
    print_limit("balance", BALANCE_MAX);
}
