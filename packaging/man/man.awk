# man.awk -- From what --help prints to a manual page.
# Set by the caller: section; version; see, what SEE ALSO names, may be empty.
# Input: the help of a program; then, each behind a line of "\001 WORDS", that of its commands.
#
# What help is made of: "name -- purpose", "Usage: ...", titles that end in ":", paragraphs, and rows
# of two columns, two spaces before the left and at least two before the right one.

NR == 1 {
    split($0, first, " -- ")
    sub(/\.$/, "", first[2])
    printf ".TH %s %s \"\" \"Onsale %s\" \"Onsale\"\n", toupper(first[1]), section, version
    printf ".SH NAME\n%s \\- %s\n", first[1], plain(first[2])
    next
}

/^\001/ {
    end_block()
    if (!in_commands) print ".SH THE COMMANDS, ONE BY ONE"
    in_commands = 1
    is_left_out = 0
    printf ".SS %s\n", plain(substr($0, 3))
    next
}

# What every command has is told once.
in_commands && /^Options of every command:/ { is_left_out = 1 }
in_commands && /^Exit codes:/ { is_left_out = 1 }
is_left_out { next }

tolower($0) ~ /^usage: / {
    end_block()
    print in_commands ? ".PP" : ".SH SYNOPSIS"
    print ".nf"
    in_usage = 1
    print plain(substr($0, 8))
    next
}

in_usage && /^ +/ {
    sub(/^       /, "")
    print plain($0)
    next
}

/^limits: / {
    end_block()
    if (!had_limits) print ".SH LIMITS"
    had_limits = 1
    printf ".SS %s\n", plain(substr($0, 9))
    next
}

/^[A-Z][A-Za-z ]*:$/ {
    end_block()
    title = substr($0, 1, length($0) - 1)
    if (in_commands) printf ".PP\n.I %s\n", plain(title)
    else printf ".SH %s\n", toupper(title)
    had_title = 1
    next
}

/^ *$/ {
    end_block()
    next
}

/^  [^ ]/ {
    end_text()
    if (!had_title && $1 ~ /^--/) print ".SH OPTIONS"
    had_title = 1
    row = substr($0, 3)
    at = match(row, /  +/)
    print ".TP"
    printf ".B %s\n", plain(at > 0 ? substr(row, 1, at - 1) : row)
    if (at > 0) print plain(substr(row, at + RLENGTH))
    in_row = 1
    next
}

/^ / && in_row {
    sub(/^ +/, "")
    print plain($0)
    next
}

{
    if (!in_text) print had_text || had_title || in_commands ? ".PP" : ".SH DESCRIPTION"
    in_text = 1
    had_text = 1
    print plain($0)
}

END {
    end_block()
    if (see != "") printf ".SH SEE ALSO\n%s\n", see
}

function end_text() {
    if (in_usage) print ".fi"
    in_usage = 0
    in_text = 0
}

function end_block() {
    end_text()
    in_row = 0
}

# Nothing of it is a request or an escape; a dash is one that can be copied.
function plain(text) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    if (text ~ /^[.']/) text = "\\&" text
    return text
}
