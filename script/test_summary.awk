# test_summary.awk -- From lines BUILD|SUITE|TEST|PASSED|FAILED|SECONDS to a table for people, and
# as the last line what it comes to. Ends with 1 if anything failed or nothing was run.

BEGIN { FS = "|" }

{
    row = $1 "|" $2
    if (!(row in programs)) rows[++rows_count] = row
    programs[row]++
    row_passed[row] += $4
    row_failed[row] += $5
    row_seconds[row] += $6
    passed += $4
    failed += $5
    if ($5 > 0) broken = broken sprintf("  FAILED  %s  %s / %s\n", $1, $2, $3)
}

END {
    printf "%-18s %-8s %9s %8s %8s %9s\n", "build", "suite", "programs", "passed", "failed", "seconds"
    for (i = 1; i <= rows_count; i++) {
        row = rows[i]
        split(row, name, "|")
        printf "%-18s %-8s %9d %8d %8d %9.1f\n", name[1], name[2], programs[row], row_passed[row],
            row_failed[row], row_seconds[row]
    }
    printf "%s", broken
    printf "%d passed, %d failed\n", passed, failed
    exit failed > 0 || passed == 0
}
