#!/bin/sh
# Every C file is as clang-format leaves it. Versions differ in details, so the word of one counts:
# another one, or none, skips the test.
# Usage: format_test.sh ROOT
set -eu
version=14
cd "$1"
formatter=$(command -v clang-format-$version || command -v clang-format || true)
case "$([ -z "$formatter" ] || "$formatter" --version)" in
    *" version $version."*) ;;
    *)
        echo "skipped, for this is not clang-format $version: $formatter"
        exit 77
        ;;
esac
find bench client examples server src tests -name '*.[ch]' -print0 |
    xargs -0 "$formatter" --dry-run --Werror
