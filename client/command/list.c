/* list.c -- onsale list */
#include <string.h>

#include "client/command/output.h"
#include "client/command/schema.h"

static json_t *json_of_method(const struct symbol *symbol)
{
    const Google__Protobuf__MethodDescriptorProto *method = symbol->method;
    return json_pack("{sosososb}", "name", json_from_text(symbol->name), "request",
                     json_from_text(method->input_type + 1), "response",
                     json_from_text(method->output_type + 1), "stream",
                     (int)method->server_streaming);
}

/* @param service  NULL: all services; else its methods. */
static void print_list(const struct run *run, const struct symbol *service)
{
    const struct symbol *symbol;
    json_t *list = json_array();
    for (size_t i = 0; (symbol = symbols_at(schema_symbols(), i)) != NULL; i++) {
        bool is_listed = service == NULL
                             ? symbol->kind == SYMBOL_SERVICE
                             : symbol->kind == SYMBOL_METHOD && symbol->service == service->service;
        if (!is_listed) continue;
        if (!run->json)
            output_line(stdout, "%s", symbol->name);
        else
            json_array_append_new(list, service == NULL ? json_from_text(symbol->name)
                                                        : json_of_method(symbol));
    }
    if (run->json)
        json_write(json_pack("{so}", service == NULL ? "services" : "methods", list), stdout);
    else
        json_decref(list);
}

/* "onsale list concerts" is no question for methods. */
static void suggest_command(struct run *run, const char *typed)
{
    bool differs;
    const char *near = command_suggest(2, (char *[]){(char *)"list", (char *)typed}, &differs);
    if (near != NULL && strchr(near, ' ') != NULL)
        run_fail(run, ONSALE_ARGUMENT_INVALID, "there is no service '%s'; did you mean '%s'?",
                 typed, near);
}

enum exit_code list_names(struct run *run)
{
    const char *typed = arguments_text(&run->arguments, PARAMETER_SERVICE);
    const struct symbol *service =
        typed == NULL ? NULL : schema_find(run, SYMBOL_SERVICE, "service", typed);
    bool is_found = typed == NULL || service != NULL;
    if (is_found)
        print_list(run, service);
    else
        suggest_command(run, typed);
    return run_end(run, is_found);
}
