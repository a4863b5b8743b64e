#!/bin/sh
# Plants one offence after another into a tree that is clean, and looks whether tidy.sh names it.
set -eu
tidy=$(cd "$(dirname "$0")" && pwd)/tidy.sh
root=$(mktemp -d "${TMPDIR:-/tmp}/onsale-tidy.XXXXXX")
trap 'rm -rf "$root"' EXIT

# write PATH: the file's content is on stdin.
write() {
    mkdir -p "$(dirname "$root/$1")"
    cat >"$root/$1"
}

fail() {
    echo "FAILED: $1"
    cat "$root/.found"
    touch "$root/.failed"
}

# refused PATH LINE TEXT [at ELSEWHERE]: the content, on stdin, is an offence in that line, of that
# path or elsewhere, and the only one.
refused() {
    write "$1"
    if sh "$tidy" "$root" >"$root/.found"; then fail "$1 was accepted, not refused with: $3"; fi
    grep -qF "${5-$1}:$2: $3" "$root/.found" || fail "${5-$1}:$2: $3"
    test "$(wc -l <"$root/.found")" -eq 2 || fail "$1 was refused with more than: $3"
    rm "$root/$1"
}

# accepted PATH: the content, on stdin, is fine.
accepted() {
    write "$1"
    sh "$tidy" "$root" >"$root/.found" || fail "$1 was refused"
    rm "$root/$1"
}

# lines COUNT: so many lines of code.
lines() {
    awk -v count="$1" 'BEGIN { for (i = 0; i < count; i++) print "int a;" }'
}

# The arrows.
echo '#include "model/seat.h"' | refused src/base/a.c 1 'src/base must not include model/seat.h'
echo '#include "rpc/wire/wire.h"' | refused src/model/a.c 1 'src/model must not include rpc/wire/wire.h'
echo '#include "store/store.h"' | refused src/model/a.c 1 'src/model must not include store/store.h'
echo '#include "server/system.h"' | refused src/store/a.c 1 'src/store must not include server/system.h'
echo '#include "model/seat.h"' | refused src/rpc/a.c 1 'src/rpc must not include model/seat.h'
echo '#include "store/store.h"' | refused src/rpc/a.c 1 'src/rpc must not include store/store.h'
echo '#include "server/system.h"' | refused src/rpc/a.c 1 'src/rpc must not include server/system.h'
echo '#include "client/a.h"' | refused src/rpc/a.c 1 'src/rpc must not include client/a.h'
echo '#include "onsale/v1/queue.pb-c.h"' | refused src/rpc/a.c 1 'src/rpc knows nothing of tickets'
echo '#include "client/a.h"' | refused server/a.c 1 'server must not include client/a.h'
echo '#include "server/system.h"' | refused client/a.c 1 'client must not include server/system.h'
echo '#include "model/seat.h"' | refused client/a.c 1 'client must not include model/seat.h'
echo '#include "model/seat.h"' | refused tests/sim/model/a.c 1 'tests/sim/model must not include'
echo '#include "rpc/channel.h"' | refused examples/a.c 1 'examples must not include rpc/channel.h'
echo '#include <lmdb.h>' | refused server/a.c 1 'only src/store includes <lmdb.h>'
echo '#include <lmdb.h>' | refused tests/a.c 1 'only src/store includes <lmdb.h>'
echo '#include <nng/nng.h>' | refused server/a.c 1 'only src/rpc includes <nng/>'
echo '#include <nng/nng.h>' | refused client/a.c 1 'only src/rpc includes <nng/>'
echo '#include <utf8proc.h>' | refused client/a.c 1 'only src/text includes <utf8proc.h>'
echo '#include "base/arena.h"' | refused src/text/a.c 1 'src/text must not include base/arena.h'
echo '#include "text/name.h"' | refused src/model/a.c 1 'src/model must not include text/name.h'
echo '#include "../tests/a.h"' | refused tests/unit/a.c 1 'includes are written from src/ or the root'
printf '#include "base/a.h"\n#include "rpc/b.h"\n#include "onsale/rpc/v1/rpc.pb-c.h"\n' |
    accepted src/rpc/a.c
printf '#include <lmdb.h>\n#include <string.h>\n#include "model/a.h"\n' | accepted src/store/a.c
printf '#include "server/a.h"\n#include "onsale/v1/queue.pb-c.h"\n' | accepted server/methods/a.c
printf '#include <nng/nng.h>\n#include "store/a.h"\n' | accepted tests/rpc/a.c

# Calls.
printf '\n    sprintf(text, "a");\n' | refused server/a.c 2 'sprintf() is banned'
echo 'strcat(a, b);' | refused client/a.c 1 'strcat() is banned'
echo 'gets(a);' | refused client/a.c 1 'gets() is banned'
echo 'alloca(1);' | refused src/rpc/a.c 1 'alloca() is banned'
echo 'system("ls");' | refused tests/a.c 1 'system() is banned'
echo 'int a = atoi(text);' | refused server/a.c 1 'atoi() hides bad input'
echo 'x = rand();' | refused tests/sim/a.c 1 'rand() is banned'
echo 'sleep(1);' | refused tests/e2e/a.c 1 'sleep() is banned'
echo 'nanosleep(&a, 0);' | refused tests/e2e/a.c 1 'nanosleep() sleeps'
echo 'time(NULL);' | refused src/model/a.c 1 'time() reads the clock'
echo 'clock_gettime(1, &a);' | refused server/engine/a.c 1 'clock_gettime() reads the clock'
echo 'clock_gettime(1, &a);' | refused src/rpc/dispatch.c 1 'clock_gettime() reads the clock'
echo 'clock_gettime(1, &a);' | refused tests/sim/a.c 1 'clock_gettime() reads the clock'
echo 'getrandom(a, 1, 0);' | refused server/methods/a.c 1 'getrandom() reads randomness'
echo 'printf("%s", name);' | refused client/command/a.c 1 'printf() prints past client/command/output.h'
echo 'printf("%s", name);' | refused client/demo/a.c 1 'printf() prints past client/command/output.h'
echo 'fputs(name, stderr);' | refused client/command/a.c 1 'fputs() prints past client/command/output.h'
echo 'fputs(name, out);' | accepted client/command/output.c
echo 'clock_gettime(1, &a);' | accepted server/daemon.c
echo 'clock_gettime(1, &a);' | accepted src/rpc/channel/call.c
echo 'getrandom(a, 1, 0);' | accepted client/onsale/id.c
echo 'nanosleep(&a, 0);' | accepted tests/e2e/wait_until.c
printf '#include <lmdb.h>\n#include <nng/nng.h>\nint a = clock_gettime(1, &b);\n' | accepted bench/a.c
printf '/* time(NULL) and\n * rand() are bad */ int a; // sprintf()\n' | accepted src/model/a.c
printf 'print("rand() \\"time()\\"");\nint daytime(void);\na->time();\n' | accepted src/model/a.c
printf 'int a; /* over\n two lines */ int b = rand();\n' | refused src/model/a.c 2 'rand() is banned'

# The envelope.
echo 'at = wire_put_varint(at, 10);' | refused src/rpc/frame/a.c 1 'wire_put_varint() takes tags'
echo 'packer_put_head(end, 10, 1);' | refused src/rpc/channel/a.c 1 'packer_put_head() takes tags'
echo 'if (wire_read_tag(&a, &b, &c)) {' | refused bench/load/a.c 1 'wire_read_tag() takes tags'
echo 'enum { CALLS_FIELD = 1 };' | refused src/rpc/frame/a.c 1 'a tag by hand'
echo 'enum { RESULTS_TAG = 0x0a };' | refused bench/load/a.c 1 'a tag by hand'
echo 'enum { A = 1, B = A << 3 | 2 };' | refused server/a.c 1 'a tag by hand'
echo 'static const char KOREAN[] = "\x0a\x0f";' | refused src/rpc/channel/a.c 1 'a tag by hand'
echo 'static const char mark[] = "\xef";' | accepted client/command/a.c
echo 'a(wire_put_varint(at, 10));' | accepted src/rpc/wire/a.c
echo 'a(onsale__rpc__v1__call__put_method(at, b));' | accepted src/rpc/channel/a.c

# Promises.
printf 'int a(int b)\n{\n    return b;\n}\n' |
    refused src/store/a.c 0 'fewer promises are required than there are functions: 0 and 1' at src/store
printf 'int a(int b)\n{\n    return b; /* REQUIRE(b) */\n}\n' |
    refused server/engine/a.c 0 'fewer promises are required' at server/engine
printf 'int a(int b)\n{\n    REQUIRE(b > 0);\n    return b;\n}\n' | accepted src/journal/a.c
printf 'int a(int b)\n{\n    REQUIRE(b > 0);\n}\nint c(int d)\n{\n    return d;\n}\n' |
    refused src/store/a.c 0 'fewer promises are required than there are functions: 1 and 2' at src/store
printf '_Static_assert(C > 0, "c");\nint a(int b)\n{\n    return b;\n}\n' | accepted src/store/a.c
printf 'int a(int b)\n{\n    return b;\n}\n' | accepted server/methods/a.c

# One way: circles of includes and of calls, and functions that are not where their header says.
# header PATH TEXT: writes a header with this content.
header() {
    name=$(basename "$1" .h)
    guard=$(echo "${name}_H" | tr a-z A-Z)
    printf '/* %s.h -- A part. */\n#ifndef %s\n#define %s\n%s\n#endif\n' "$name" "$guard" "$guard" "$2" |
        write "$1"
}

header src/base/one.h '#include "base/two.h"'
header src/base/two.h ''
echo '#include "base/two.h"' | accepted src/base/two.c
printf '#include "base/two.h"\n#include "base/one.h"\n' |
    refused src/base/two.c 1 'a circle: src/base/one -> src/base/two -> src/base/one' at src/base/one

header src/base/one.h 'int one_do(int a);'
header src/base/two.h 'int two_do(int a);'
printf '#include "base/one.h"\nint one_do(int a)\n{\n    return two_do(a);\n}\n' | write src/base/one.c
printf 'int two_do(int a)\n{\n    return a;\n}\n' | accepted src/base/two.c
printf 'int two_do(int a)\n{\n    return one_do(a);\n}\n' |
    refused src/base/two.c 1 'a circle: src/base/one -> src/base/two -> src/base/one' at src/base/one
printf 'int two_do(\n    int a)\n{\n    return a;\n}\n' |
    refused src/base/three.c 3 'two_do() belongs into two.c, says src/base/two.h'
printf 'int two_do(int a)\n{\n    return a;\n}\n' | accepted src/base/inside/two.c
header src/base/two.h "$(printf '/* --- three.c: the rest --- */\nint two_do(int a);')"
printf 'int two_do(int a)\n{\n    return a;\n}\n' | accepted src/base/three.c
printf 'int two_do(int a)\n{\n    return a;\n}\n' |
    refused src/base/two.c 2 'two_do() belongs into three.c, says src/base/two.h'
rm -r "$root/src/base"

# Texts.
printf '/* TO''DO: later */\n' | refused src/base/a.c 1 'work left over'
printf 'FIX''ME\n' | refused docs/a.md 1 'work left over'
printf '# XX''X\n' | refused src/meson.build 1 'work left over'
printf 'int a;\n\tint b;\n' | refused src/base/a.c 2 'a tab'
printf 'a \n' | refused README.md 1 'a space at the end of the line'
printf 'message A {} \n' | refused proto/a.proto 1 'a space at the end of the line'
printf '#!/bin/sh\n\techo\n' | refused script/a 2 'a tab'
printf '/* %098d */\n' 0 | refused src/base/a.c 1 'more than 100 columns'
printf '/* %094d */\n' 0 | accepted src/base/a.c
awk 'BEGIN { for (i = 0; i < 90; i++) text = text "석"; print "/* " text " */" }' |
    accepted src/base/a.c
lines 501 | refused server/a.c 501 'the file has more than 500 lines'
lines 500 | accepted server/a.c
echo 'typedef struct { int a; } b;' | refused src/base/a.c 1 'a typedef for a struct'

# Headers.
printf '/* a.h -- A. */\n#ifndef BASE_A_H\n#define BASE_A_H\n#endif\n' | accepted src/base/a.h
printf '/* a.h -- A. */\nint a;\n' | refused src/base/a.h 1 'no header guard that ends in _A_H'
printf '/* a.h -- A. */\n#ifndef BASE_B_H\n#endif\n' |
    refused src/base/a.h 1 'no header guard that ends in _A_H'
printf '#ifndef BASE_A_H\n#endif\n' | refused src/base/a.h 1 'a header begins with /* a.h -- '
printf '/* a.h -- A. */\n#ifndef SERVER_A_H\n#endif\n' | write server/a.h
printf '/* a.h -- A. */\n#ifndef SERVER_A_H\n#endif\n' |
    refused server/engine/a.h 1 'the header guard SERVER_A_H is also that of server/a.h'

test ! -e "$root/.failed"
echo "every planted offence was found"
