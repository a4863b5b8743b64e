# test_results.awk -- From meson's testlog.junit.xml to lines BUILD|SUITE|TEST|PASSED|FAILED|SECONDS.
# A test that cmocka runs consists of cases, which are what is counted; every other test is one case.

function attribute(name) {
    if (!match($0, " " name "=\"[^\"]*\"")) return ""
    return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
}

function count_cases(    line, lines, count) {
    count = split($0, lines, "\n")
    for (line = 1; line <= count; line++) {
        if (lines[line] ~ /\[       OK \]/) passed++
        if (lines[line] ~ /\[  FAILED  \] [0-9]+ test\(s\), listed below/) {
            sub(/.*\[  FAILED  \] /, "", lines[line])
            failed += lines[line]
        }
    }
}

# A program that failed without saying which case did has crashed, or leaked.
function note() {
    if (test == "") return
    if (has_failed && failed == 0) failed = 1
    if (!has_failed && !was_skipped && passed == 0) passed = 1
    printf "%s|%s|%s|%d|%d|%.1f\n", build, suite, test, passed, failed, seconds
    test = ""
}

# Every tag on a line of its own, with the text that follows it.
BEGIN { RS = "<" }

/^testcase / {
    note()
    test = suite = attribute("name")
    sub(/^[^\/]* \/ /, "", test)
    sub(/ \/ .*/, "", suite)
    sub(/^[^:]*:/, "", suite)
    seconds = attribute("time")
    passed = failed = has_failed = was_skipped = 0
}

/^(failure|error)/ { has_failed = 1 }
/^skipped/ { was_skipped = 1 }
/^system-(out|err)/ { count_cases() }
END { note() }
