#!/usr/bin/env python3
"""Runs the commands of a page of the documents and compares what they print.

Usage: page_test.py PAGE URL ADMIN_URL
Blocks of ```console have commands behind "$ " and below each what it prints; "..." stands for anything.
localhost:8080 and localhost:8081 are replaced by the two addresses.
"""
import re
import subprocess
import sys

MARK = "--- next ---"


def steps_of(page):
    steps = []
    for block in re.findall(r"^```console\n(.*?)^```$", page, re.M | re.S):
        for line in block.splitlines():
            if line.startswith("$ "):
                steps.append((line[2:], []))
            else:
                steps[-1][1].append(line)
    return steps


def fits(expected, printed):
    pattern = ".*".join(re.escape(part) for part in expected.split("..."))
    return re.fullmatch(pattern, printed) is not None


def run(steps, url, admin_url):
    script = "set -u\n"
    for command, _ in steps:
        command = command.replace("localhost:8080", url).replace("localhost:8081", admin_url)
        script += f"{command}\nprintf '\\n%s\\n' '{MARK}'\n"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=120)
    sys.stderr.write(done.stderr)
    return done.stdout.split(MARK + "\n")


def main():
    page, url, admin_url = sys.argv[1:]
    with open(page, encoding="utf-8") as file:
        steps = steps_of(file.read())
    answers = run(steps, url, admin_url)
    wrong = 0
    for (command, expected), answer in zip(steps, answers):
        wanted = "\n".join(expected)
        printed = answer.strip("\n")
        if not fits(wanted, printed):
            wrong += 1
            print(f"$ {command}\n--- prints\n{printed}\n--- and not\n{wanted}\n")
    if len(steps) < 20 or len(answers) != len(steps) + 1:
        sys.exit(f"{len(steps)} commands, {len(answers) - 1} answers")
    print(f"{len(steps)} commands, {wrong} print something else")
    sys.exit(1 if wrong else 0)


main()
