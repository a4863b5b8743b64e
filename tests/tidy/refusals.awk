# refusals.awk -- From statuses.def to the tables of refusals in docs/PROTOCOL.md: those that a
# server sends.

# A one-line comment begins a group.
/^\/\*.*\*\/$/ {
    title = $0
    gsub(/^\/\* *|\.? *\*\/$/, "", title)
    is_sent = title !~ /^(Start-up|Inside only|The caller's side)/
    if (is_sent) {
        printf "\n**%s**\n\n", title
        print "| reason | gRPC code | retry | English | Korean |"
        print "|---|---|---|---|---|"
    }
}

/^STATUS\(/ && is_sent {
    split($0, texts, "\"")
    split($0, words, /[(, )]+/)
    printf "| `%s` | `%s` | %s | %s | %s |\n", words[2], words[4],
        words[5] == "RETRY" ? "yes" : "", texts[2], texts[4]
}
