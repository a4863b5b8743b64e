# rules.awk -- The rules of this tree that a machine can check. Input: files, named from the root.
# Prints PATH:LINE: WHAT IS WRONG for each offence and ends with 1 if there was any.

BEGIN {
    LINES_MAX = 500
    COLUMNS_MAX = 100

    # What each folder may include. The longest folder that fits a path counts.
    may_include["src/base"] = "base"
    may_include["src/text"] = "text"
    may_include["src/model"] = "base model"
    may_include["src/journal"] = "base journal"
    may_include["src/log"] = "base log"
    may_include["src/store"] = "base journal log model store"
    may_include["src/json"] = "base json rpc/wire"
    may_include["src/rpc"] = "base rpc onsale/rpc google/protobuf google/api onsale/statuses.def"
    may_include["src/schema"] = "base schema rpc/generator google/protobuf"
    may_include["src/service"] = "base rpc/wire service"
    may_include["src/metrics"] = "metrics onsale"
    may_include["server"] = "base text log model store rpc service server onsale"
    may_include["client"] = "base text json metrics schema rpc client onsale google"
    may_include["gateway"] = "base json metrics schema service rpc/frame/language.h rpc/scan.h rpc/wire gateway routes.def onsale google grpc"
    may_include["bench"] = "base rpc bench onsale"
    may_include["examples"] = "onsale"
    may_include["tests/sim/model"] = "base onsale tests/sim"

    # Where rooms meet, what headers promise is required: once a function or more.
    states_promises["src/store"] = states_promises["src/journal"] = states_promises["server/engine"] = 1

    name_calls("sprintf vsprintf strcat strncat strncpy gets alloca strtok system popen",
               "banned", banned)
    name_calls("printf fprintf vprintf vfprintf puts fputs fwrite", "prints past client/command/output.h",
               printing)
    name_calls("atoi atol atoll", "hides bad input: use strtoll or strtoull", unchecked)
    name_calls("sleep usleep", "banned: wait for what is to happen", banned)
    name_calls("rand srand random srandom drand48", "banned: entropy comes from getrandom", banned)
    name_calls("time clock clock_gettime gettimeofday timespec_get nng_clock", "reads the clock",
               outside)
    name_calls("getrandom getentropy nng_random", "reads randomness", outside)
    name_calls("nanosleep clock_nanosleep nng_msleep", "sleeps", outside)
}

function name_calls(names, what, calls,    list, i) {
    split(names, list, " ")
    for (i in list) calls[list[i]] = what
}

function complain(what) {
    printf "%s:%d: %s\n", FILENAME, FNR, what
    offences++
}

function complain_at(path, line, what) {
    printf "%s:%d: %s\n", path, line, what
    offences++
}

FNR == 1 {
    end_file()
    start_file()
}

{ check_text() }
is_code { check_code() }

END {
    end_file()
    for (room in functions)
        if (promises[room] < functions[room])
            complain_at(room, 0, "fewer promises are required than there are functions: " \
                        promises[room] + 0 " and " functions[room])
    printf "%d files, %d offences\n", files, offences
    exit offences > 0
}

# --- files ---------------------------------------------------------------------------------------

function start_file() {
    files++
    path = FILENAME
    lines = 0
    in_comment = 0
    guard = ""
    is_header = path ~ /\.h$/
    is_code = path ~ /\.[ch]$/
    is_test = path ~ /^tests\//
    folder = longest_folder(path)
    room = path ~ /\.c$/ ? path : ""
    sub(/\/[^\/]*$/, "", room)
}

function end_file() {
    if (path == "") return
    if (path ~ /^(src|server|client|gateway|tests|bench)\// && path ~ /\.(c|h|sh|awk|py)$/ && lines > LINES_MAX)
        complain_at(path, lines, "the file has more than " LINES_MAX " lines")
    if (is_header) end_header()
}

function end_header(    name) {
    name = path
    sub(/.*\//, "", name)
    sub(/\.h$/, "", name)
    if (guard !~ ("(^|_)" toupper(name) "_H$"))
        complain_at(path, 1, "no header guard that ends in _" toupper(name) "_H")
    else if (guard in guard_of)
        complain_at(path, 1, "the header guard " guard " is also that of " guard_of[guard])
    guard_of[guard] = path
}

function longest_folder(of,    candidate, best) {
    best = ""
    for (candidate in may_include)
        if (index(of, candidate "/") == 1 && length(candidate) > length(best)) best = candidate
    return best
}

# --- every text ----------------------------------------------------------------------------------

function check_text() {
    lines++
    if (/\t/) complain("a tab")
    if (/[ \t\r]$/) complain("a space at the end of the line")
    if (/(^|[^A-Za-z])(TOD[O]|FIXM[E]|XX[X])([^A-Za-z]|$)/)
        complain("work left over: write an issue, or do it")
}

# --- C -------------------------------------------------------------------------------------------

function check_code(    code) {
    if (columns($0) > COLUMNS_MAX) complain("more than " COLUMNS_MAX " columns")
    if (is_header) check_header_line()
    if (/^[ ]*#[ ]*include/) {
        check_include()
        return
    }
    code = without_comments(without_strings($0))
    if (room in states_promises) count_promises(code)
    if (code ~ /typedef (struct|union)[^(]*[{;]/) complain("a typedef for a struct")
    check_calls(code)
    check_wire(code)
}

# Only the bodies of functions begin with a bracket in the first column.
function count_promises(code) {
    if (code ~ /^{/) functions[room]++
    if (code ~ /(^|[^A-Za-z_])(REQUIRE|_Static_assert)\(/) promises[room]++
}

# The numbers of fields stand in the .proto files: generated code knows them, and nobody else.
function check_wire(code) {
    if (path !~ /^(src\/rpc|server|client|gateway|bench)\// || path ~ /^src\/rpc\/(wire|generator)\//) return
    if (code ~ /<< *3 *\|/ || code ~ /_(TAG|FIELD|FIELD_NUMBER) *=/ ||
        (path ~ /^(src\/rpc|bench)\// && $0 ~ /"([^"\\]|\\.)*\\x[0-9a-f]/))
        complain("a tag by hand: use what is generated from the .proto (NAME.fields.h)")
}

function check_header_line(    name) {
    name = path
    sub(/.*\//, "", name)
    if (FNR == 1 && index($0, "/* " name " -- ") != 1)
        complain("a header begins with /* " name " -- what it is for")
    if (guard == "" && /^#ifndef [A-Z0-9_]+$/) guard = $2
}

# UTF-8: bytes that go on with a character are no columns.
function columns(text) {
    gsub(/[\200-\277]/, "", text)
    return length(text)
}

function without_strings(text) {
    gsub(/\\\\/, "", text)
    gsub(/\\["']/, "", text)
    gsub(/'[^']*'/, "''", text)
    gsub(/"[^"]*"/, "\"\"", text)
    return text
}

function without_comments(text,    at) {
    if (in_comment) {
        at = index(text, "*/")
        if (at == 0) return ""
        in_comment = 0
        text = substr(text, at + 2)
    }
    gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, " ", text)
    sub(/\/\/.*/, "", text)
    at = index(text, "/*")
    if (at == 0) return text
    in_comment = 1
    return substr(text, 1, at - 1)
}

# --- includes ------------------------------------------------------------------------------------

function check_include(    name, is_quoted) {
    name = $0
    sub(/^[^<"]*/, "", name)
    is_quoted = name ~ /^"/
    name = substr(name, 2)
    sub(/[>"].*$/, "", name)
    if (name ~ /\.\.\//) complain("includes are written from src/ or the root, without ../")
    if (name == "lmdb.h" && path !~ /^(src\/store|bench)\//)
        complain("only src/store includes <lmdb.h>")
    if (name == "utf8proc.h" && path !~ /^src\/text\//)
        complain("only src/text includes <utf8proc.h>")
    if (name ~ /^libpq/ && path !~ /^(src\/log\/postgres|tests\/log|bench)\//)
        complain("only src/log/postgres includes <libpq-fe.h>")
    if (name ~ /^nghttp2\// && path !~ /^(gateway|tests)\//)
        complain("only gateway includes <nghttp2/>")
    if (name ~ /^liburing/ && path != "gateway/sends.c")
        complain("only gateway/sends.c includes <liburing.h>")
    if (name ~ /^nng\// && path !~ /^(src\/rpc|tests|bench)\//)
        complain("only src/rpc includes <nng/>")
    if (folder == "" || name !~ /\// && !is_quoted) return
    if (!is_quoted && name !~ /^(base|text|model|store|rpc|server|client|gateway|onsale|tests)\//) return
    if (name ~ /^onsale\/v1\// && folder == "src/rpc")
        complain("src/rpc knows nothing of tickets: it must not include " name)
    else if (!fits(name, may_include[folder]))
        complain(folder " must not include " name "; it may include " may_include[folder])
}

function fits(name, prefixes,    list, i, count) {
    count = split(prefixes, list, " ")
    for (i = 1; i <= count; i++)
        if (name == list[i] || index(name, list[i] "/") == 1) return 1
    return 0
}

# --- calls ---------------------------------------------------------------------------------------

function check_calls(code,    name, before) {
    while (match(code, /[A-Za-z_][A-Za-z_0-9]*\(/)) {
        name = substr(code, RSTART, RLENGTH - 1)
        before = RSTART > 1 ? substr(code, RSTART - 1, 1) : " "
        code = substr(code, RSTART + RLENGTH)
        if (before !~ /[.>]/) check_call(name)
    }
}

function check_call(name) {
    if (name in banned) complain(name "() is " banned[name])
    if (name in printing && !may_print()) complain(name "() " printing[name])
    if (name in unchecked && !is_test) complain(name "() " unchecked[name])
    if (name ~ /^(wire|packer)_/ && path !~ /^(src\/rpc\/wire|tests)\//)
        complain(name "() takes tags: use what is generated from the .proto (NAME.fields.h)")
    if (name in outside && !may_meet_the_world(outside[name]))
        complain(name "() " outside[name] ": the code here is given such things by its owner")
}

# In the command and the demo: output.c escapes what it prints; the writer's colours, the codes of the screen and the help
# are constants, and the demo's shell shows what the command has printed.
function may_print() {
    return path !~ /^client\/(command|demo)\// || path ~ /\/(command\/(output|writer|help|top_screen)|demo\/shell)\.c$/
}

# Where clocks, randomness and sleeping may be. Tests sleep only where they poll for something; a
# simulation may take its first seed from the clock.
function may_meet_the_world(what) {
    if (is_test && what == "sleeps") return path ~ /(wait_until|_fixture)\.c$/
    if (is_test) return path !~ /^tests\/(unit|sim|store)\// || path ~ /\/simulation_test\.c$/
    if (what == "sleeps" && path == "src/rpc/listen/listener.c") return 1
    if (what == "reads the clock" && path == "src/rpc/listen/arrivals.c") return 1
    if (what != "sleeps" && path ~ /^src\/log\/postgres\//) return 1
    return path ~ /^(server\/[^\/]*|src\/service\/log.c|src\/rpc\/channel\/.*|(client|examples|bench)\/.*)$/
}
