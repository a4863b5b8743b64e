# refusals.awk -- From statuses.def to the tables of refusals in docs/PROTOCOL.md: those that a
# server sends, or with -v side=caller those that the library makes by itself.

# Goes by the number, as status_is_sent does.
function is_sent(number) {
    return number > 0 && (number < 80 || number > 109 || number == 82)
}

function is_wanted(number) {
    return side == "caller" ? number >= 90 && number <= 99 : is_sent(number)
}

# A one-line comment begins a group.
/^\/\*.*\*\/$/ {
    title = $0
    gsub(/^\/\* *|\.? *\*\/$/, "", title)
}

/^STATUS\(/ {
    split($0, texts, "\"")
    split($0, words, /[(, )]+/)
    if (!is_wanted(words[3] + 0)) next
    if (title != "") {
        printf "\n**%s**\n\n", title
        print "| reason | gRPC code | retry | English | Korean |"
        print "|---|---|---|---|---|"
        title = ""
    }
    printf "| `%s` | `%s` | %s | %s | %s |\n", words[2], words[4],
        words[5] == "RETRY" ? "yes" : "", texts[2], texts[4]
}
