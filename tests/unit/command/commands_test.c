/* The table of commands against the methods there are, and against what their messages have. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/command/command.h"
#include "client/command/help.h"
#include "client/command/message.h"
#include "client/command/output.h"
#include "client/command/settings.h"
#include "server/method_table.h"

/* Methods without a command of their own, and why. */
static const struct {
    const char *method;
    const char *reason;
} excuses[] = {
    {"onsale.v1.CatalogService/GetSeatLayout",
     "performance seats, reserve, admin block and unblock ask for it to name and draw seats"},
};

static const char *excuse_of(const char *method)
{
    for (size_t i = 0; i < sizeof excuses / sizeof excuses[0]; i++)
        if (strcmp(excuses[i].method, method) == 0) return excuses[i].reason;
    return NULL;
}

static bool has_command(const char *method)
{
    for (size_t i = 0; i < commands_count; i++)
        if (commands[i].method != NULL && strcmp(commands[i].method->name, method) == 0)
            return true;
    return false;
}

static void every_method_has_a_command_or_an_excuse(void **state)
{
    (void)state;
    for (size_t i = 0; i < method_table_count; i++) {
        const char *name = method_table[i].name;
        if (has_command(name) == (excuse_of(name) != NULL))
            fail_msg("%s: %s", name,
                     has_command(name) ? "has a command and an excuse"
                                       : "has neither a row in commands.def nor an excuse here");
    }
}

static bool is_served(const char *method)
{
    for (size_t i = 0; i < method_table_count; i++)
        if (strcmp(method_table[i].name, method) == 0) return true;
    return false;
}

static void nothing_is_called_or_excused_that_the_server_has_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < commands_count; i++)
        if (commands[i].method != NULL && !is_served(commands[i].method->name))
            fail_msg("%s", commands[i].method->name);
    for (size_t i = 0; i < sizeof excuses / sizeof excuses[0]; i++)
        if (!is_served(excuses[i].method)) fail_msg("%s", excuses[i].method);
}

static void every_command_prints_in_one_way(void **state)
{
    (void)state;
    for (size_t i = 0; i < commands_count; i++) {
        const struct command *command = &commands[i];
        bool has_view = command->view != NULL, has_print = command->print != NULL;
        bool executes = command->execute != NULL;
        if (has_view + has_print + executes != 1) fail_msg("%s", command->words);
        if (command->method == NULL && !executes) fail_msg("%s: calls nothing", command->words);
        if (executes && (command->fill != NULL || command->end != NULL))
            fail_msg("%s: nobody would ask its fill or end", command->words);
    }
}

static const ProtobufCFieldDescriptor *field_of(const ProtobufCMessageDescriptor *message,
                                                const char *name)
{
    return protobuf_c_message_descriptor_get_field_by_name(message, name);
}

static void what_is_given_goes_into_a_field_of_its_kind(void **state)
{
    (void)state;
    for (size_t i = 0; i < commands_count; i++) {
        for (const uint8_t *name = commands[i].takes; *name != PARAMETER_NONE; name++) {
            const struct parameter *parameter = &parameters[*name];
            if (parameter->field == NULL) continue;
            if (commands[i].method == NULL) fail_msg("%s: of no method", commands[i].words);
            const ProtobufCFieldDescriptor *field =
                field_of(commands[i].method->request, parameter->field);
            if (field == NULL && commands[i].fill == fill_policy)
                field = field_of(&onsale__v1__queue_policy__descriptor, parameter->field);
            if (field == NULL) fail_msg("%s: no field %s", commands[i].words, parameter->field);
            bool is_bytes = parameter->kind == KIND_ID || parameter->kind == KIND_NEW_ID ||
                            parameter->kind == KIND_TOKEN;
            if (is_bytes != (field->type == PROTOBUF_C_TYPE_BYTES) ||
                (parameter->kind == KIND_TEXT) != (field->type == PROTOBUF_C_TYPE_STRING))
                fail_msg("%s: %s is of another kind", commands[i].words, parameter->field);
        }
    }
}

static void every_argument_that_is_needed_comes_before_the_repeated_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < commands_count; i++) {
        bool is_last = false;
        for (const uint8_t *name = commands[i].takes; *name != PARAMETER_NONE; name++) {
            if (parameters[*name].option != NULL) continue;
            if (is_last) fail_msg("%s: an argument behind the repeated one", commands[i].words);
            is_last = parameters[*name].need == NEED_REPEATED;
        }
    }
}

/* A message whose messages are there, and one of each repeated one. */
static ProtobufCMessage *make_message(const ProtobufCMessageDescriptor *descriptor,
                                      struct arena *arena)
{
    ProtobufCMessage *message = arena_calloc(arena, 1, descriptor->sizeof_message);
    protobuf_c_message_init(descriptor, message);
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
        uint8_t *bytes = (uint8_t *)message;
        if (field->type != PROTOBUF_C_TYPE_MESSAGE) continue;
        ProtobufCMessage *inner = make_message(field->descriptor, arena);
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            ProtobufCMessage **list = arena_calloc(arena, 1, sizeof *list);
            list[0] = inner;
            *(size_t *)(bytes + field->quantifier_offset) = 1;
            *(ProtobufCMessage ***)(bytes + field->offset) = list;
        } else {
            *(ProtobufCMessage **)(bytes + field->offset) = inner;
        }
    }
    return message;
}

static void write_fields(FILE *out, const struct column *columns, const ProtobufCMessage *message,
                         const ProtobufCMessage *beside)
{
    for (; columns != NULL && columns->heading != NULL; columns++)
        template_write(out, columns->text, &(struct record){message, beside});
}

/* A template that names what is not there ends the process. */
static void every_view_shows_fields_that_its_answer_has(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1024 * 1024);
    FILE *out = fopen("/dev/null", "w");
    for (size_t i = 0; i < commands_count; i++) {
        const struct view *view = commands[i].view;
        if (view == NULL) continue;
        ProtobufCMessage *answer = make_message(commands[i].method->response, &arena);
        ProtobufCMessage *request = make_message(commands[i].method->request, &arena);
        const ProtobufCMessage *beside = view->member == NULL ? request : answer;
        const ProtobufCMessage *shown = message_member(answer, view->member);
        write_fields(out, view->fields, shown, beside);
        for (size_t j = 0; j < 2 && view->sentences[j] != NULL; j++)
            template_write(out, view->sentences[j], &(struct record){shown, beside});
        if (view->rows_member == NULL) continue;
        const ProtobufCMessage *row =
            message_member(view->as_table ? answer : shown, view->rows_member);
        write_fields(out, view->as_table ? view->fields : view->rows_fields, row, NULL);
    }
    fclose(out);
    arena_deinit(&arena);
}

static void assert_suggests(const char *words, const char *expected)
{
    char text[128], *list[8];
    int count = 0;
    bool differs = false;
    snprintf(text, sizeof text, "%s", words);
    for (char *rest = text, *word; (word = strsep(&rest, " ")) != NULL;)
        list[count++] = word;
    const char *near = command_suggest(count, list, &differs);
    if (near != NULL && !differs) near = NULL;
    if (expected == NULL)
        assert_null(near);
    else
        assert_string_equal(near, expected);
}

static void mistyped_words_are_answered_with_what_was_meant(void **state)
{
    (void)state;
    assert_suggests("que entr 1", "queue enter");
    assert_suggests("wallet chrage 7 100", "wallet charge");
    assert_suggests("admin polcy set", "admin policy set");
    assert_suggests("reserv 11 F1-A-1", "reserve");
    assert_suggests("quue", "queue");
    assert_suggests("list concerts", "concert list");
    assert_suggests("show queue", "queue show");
    assert_suggests("stats", "admin stats");
    assert_suggests("create-user 7", "admin create-user");
    assert_suggests("list performances", "performance list");
    assert_suggests("discribe QueueEntry", "describe");
    assert_suggests("show", NULL); /* of several */
    assert_suggests("queue fly", NULL);
    assert_suggests("fly", NULL);
}

/* @return The widest line, of those with more than one word. */
static size_t widest_line(char *text)
{
    size_t widest = 0;
    for (char *line; (line = strsep(&text, "\n")) != NULL;)
        if (text_width(line) > widest && strchr(line + strspn(line, " "), ' ') != NULL)
            widest = text_width(line);
    return widest;
}

static void help_fits_the_width_it_is_given(void **state)
{
    (void)state;
    static const size_t widths[] = {60, 80, 132};
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        for (size_t j = 0; j <= commands_count; j++) {
            char *text;
            size_t size;
            FILE *out = open_memstream(&text, &size);
            if (j == commands_count)
                help_print_all(out, widths[i]);
            else
                help_print_command(out, widths[i], &commands[j]);
            fclose(out);
            if (widest_line(text) > widths[i])
                fail_msg("%s is wider than %zu", j == commands_count ? "all" : commands[j].words,
                         widths[i]);
            free(text);
        }
    }
}

static void help_names_every_command_and_option(void **state)
{
    (void)state;
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    help_print_all(out, 80);
    fclose(out);
    for (size_t i = 0; i < commands_count; i++)
        assert_non_null(strstr(text, commands[i].words));
    for (const uint8_t *name = global_parameters; *name != PARAMETER_NONE; name++)
        assert_non_null(strstr(text, parameters[*name].option));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_method_has_a_command_or_an_excuse),
        cmocka_unit_test(nothing_is_called_or_excused_that_the_server_has_not),
        cmocka_unit_test(every_command_prints_in_one_way),
        cmocka_unit_test(what_is_given_goes_into_a_field_of_its_kind),
        cmocka_unit_test(every_argument_that_is_needed_comes_before_the_repeated_one),
        cmocka_unit_test(every_view_shows_fields_that_its_answer_has),
        cmocka_unit_test(mistyped_words_are_answered_with_what_was_meant),
        cmocka_unit_test(help_fits_the_width_it_is_given),
        cmocka_unit_test(help_names_every_command_and_option),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
