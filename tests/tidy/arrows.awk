# arrows.awk -- Whether the arrows between the parts of src/ go one way. Input: the files of src/,
# named from the root. A part is a header with the source file beside it that has its name. Prints
# PATH: WHAT IS WRONG for each circle of includes and calls, and for each function that is not in the file that
# its header names: by its own name, from its folder down, or by a title above the function, such as
# "--- flush.c: what is written when". Ends with 1 if there was any.

FNR == 1 {
    files[++files_count] = FILENAME
    exists[FILENAME] = 1
    depth = 0
    statement = ""
}

/^#[ ]*include "/ {
    name = $0
    sub(/^[^"]*"/, "", name)
    sub(/".*/, "", name)
    includes[FILENAME] = includes[FILENAME] " src/" name
}

FNR == 1 { titled = "" }
FILENAME ~ /\.c$/ && !/^( \*|\/\*|#)/ { note_calls($0) }
/^\/\* --- / { titled = $3 ~ /\.c:?$/ ? $3 : ""; sub(/:$/, "", titled) }
/^#/ || /^\/\*/ || /^ \*/ || /^\/\// || /\\$/ { next }

# Statements outside of any function begin in the first column. One that declares or defines a
# function has its name before the first bracket.
/^[A-Za-z_]/ && depth == 0 && statement == "" { statement = $0; check_statement(); next }
statement != "" { statement = statement " " $0; check_statement(); next }
/^}/ { depth = 0 }

function note_calls(code,    name) {
    gsub(/"([^"\\]|\\.)*"/, "", code)
    while (match(code, /[A-Za-z_][A-Za-z_0-9]*\(/)) {
        name = substr(code, RSTART, RLENGTH - 1)
        code = substr(code, RSTART + RLENGTH)
        if (!((FILENAME, name) in is_called)) {
            is_called[FILENAME, name] = 1
            calls[FILENAME] = calls[FILENAME] " " name
        }
    }
}

function check_statement() {
    sub(/\/\*.*\*\/ *$/, "", statement)
    gsub(/__attribute__\(\(([^()]|\([^()]*\))*\)\)/, "", statement)
    if (statement ~ /[;{] *$/) {
        take(statement, statement ~ /[{] *$/)
        if (statement ~ /[{] *$/) depth = 1
        statement = ""
    }
}

function take(text, has_body,    name) {
    if (text ~ /^(static|typedef|extern|enum [a-z_]+ [{]|struct [a-z_]+ [{]|union|_Static_assert)/) return
    if (text ~ /=/ || !match(text, /[A-Za-z_][A-Za-z_0-9]* *\(/)) return
    name = substr(text, RSTART, RLENGTH - 1)
    sub(/ *$/, "", name)
    if (FILENAME ~ /\.h$/ && !has_body) {
        declared[name] = FILENAME
        title_of[name] = titled
    }
    if (FILENAME ~ /\.c$/ && has_body) {
        defined[name] = FILENAME
        line_of[name] = FNR
    }
}

END {
    for (i = 1; i <= files_count; i++) add_arrows(files[i])
    for (name in defined) check_function(name)
    for (part in parts) check_circle(part)
    exit offences > 0
}

function complain(path, line, what) {
    printf "%s:%d: %s\n", path, line, what
    offences++
}

function stem(path) {
    sub(/\.[ch]$/, "", path)
    return path
}

function base(path) {
    sub(/.*\//, "", path)
    return path
}

function add_arrows(path,    list, count, i) {
    parts[stem(path)] = 1
    count = split(includes[path], list, " ")
    for (i = 1; i <= count; i++)
        if (list[i] in exists) add_arrow(stem(path), stem(list[i]))
    count = split(calls[path], list, " ")
    for (i = 1; i <= count; i++)
        if (list[i] in declared && list[i] in defined) add_arrow(stem(path), stem(defined[list[i]]))
}

function add_arrow(from, to) {
    if (to == from || (from, to) in is_arrow) return
    is_arrow[from, to] = 1
    arrows[from] = arrows[from] " " to
}

function check_function(name,    header, wanted, folder) {
    header = declared[name]
    if (header == "") return
    folder = header
    sub(/[^\/]*$/, "", folder)
    wanted = title_of[name] != "" ? title_of[name] : base(stem(header)) ".c"
    if (index(defined[name], folder) == 1 && base(defined[name]) == wanted) return
    complain(defined[name], line_of[name],
                          name "() belongs into " wanted ", says " header)
}

# A shortest way back to where it begins. Each circle is told once, from its first part.
function check_circle(start,    queue, head, tail, at, list, count, i, way, seen) {
    queue[head = tail = 1] = start
    while (head <= tail) {
        at = queue[head++]
        count = split(arrows[at], list, " ")
        for (i = 1; i <= count; i++) {
            if (list[i] == start) {
                for (way = start; at != start; at = seen[at]) {
                    if (at < start) return
                    way = at " -> " way
                }
                complain(start, 1, "a circle: " start " -> " way)
                return
            }
            if (!(list[i] in seen)) {
                seen[list[i]] = at
                queue[++tail] = list[i]
            }
        }
    }
}
