/* describe.c -- onsale describe */
#include <string.h>

#include "client/command/output.h"
#include "client/command/schema.h"
#include "schema/proto_text.h"

enum { ANY_KIND = SYMBOL_SERVICE | SYMBOL_METHOD | SYMBOL_MESSAGE | SYMBOL_ENUM };

static const char *const kind_names[] = {
    [SYMBOL_SERVICE] = "service",
    [SYMBOL_METHOD] = "method",
    [SYMBOL_MESSAGE] = "message",
    [SYMBOL_ENUM] = "enum",
};

static void print_lines(const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        output_line(stdout, "%.*s", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

static void print_symbol(struct run *run, const struct symbol *symbol)
{
    const char *kind = kind_names[symbol->kind];
    const char *text = proto_text(symbol, &run->arena);
    if (run->json) {
        json_write(json_pack("{sososo}", "name", json_from_text(symbol->name), "kind",
                             json_from_text(kind), "proto", json_from_text(text)),
                   stdout);
        return;
    }
    struct pager pager = pager_begin(&run->terminal);
    output_line(stdout, "%s is %s %s:", symbol->name, symbol->kind == SYMBOL_ENUM ? "an" : "a",
                kind);
    print_lines(text);
    pager_end(&pager);
}

enum exit_code describe_name(struct run *run)
{
    const struct symbol *symbol =
        schema_find(run, ANY_KIND, "name", arguments_text(&run->arguments, PARAMETER_NAME));
    if (symbol != NULL) print_symbol(run, symbol);
    return run_end(run, symbol != NULL);
}
