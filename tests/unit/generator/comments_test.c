/* Comments of .proto files: found by path, set for C and for Markdown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rpc/generator/comments.h"

static int make_arena(void **state)
{
    static struct arena arena;
    arena_init(&arena, 1024 * 1024);
    *state = &arena;
    return 0;
}

static int free_arena(void **state)
{
    arena_deinit(*state);
    return 0;
}

/* What is found at {PATH_SERVICE, service} in a file whose first service has this comment. */
static const char *find(struct arena *arena, char *raw, int32_t service)
{
    int32_t path[] = {PATH_SERVICE, 0};
    Google__Protobuf__SourceCodeInfo__Location location =
        GOOGLE__PROTOBUF__SOURCE_CODE_INFO__LOCATION__INIT;
    location.path = path;
    location.n_path = 2;
    location.leading_comments = raw;
    Google__Protobuf__SourceCodeInfo__Location *locations[] = {&location};
    Google__Protobuf__SourceCodeInfo info = GOOGLE__PROTOBUF__SOURCE_CODE_INFO__INIT;
    info.location = locations;
    info.n_location = 1;
    Google__Protobuf__FileDescriptorProto file = GOOGLE__PROTOBUF__FILE_DESCRIPTOR_PROTO__INIT;
    file.source_code_info = &info;

    const int32_t wanted[] = {PATH_SERVICE, service};
    return comment_find(arena, &file, wanted, 2);
}

static const char *in_c(struct arena *arena, const char *comment)
{
    struct text text;
    text_init(&text, arena);
    comment_add_to_c(&text, comment);
    return text.bytes;
}

static const char *in_markdown(struct arena *arena, const char *comment)
{
    struct text text;
    text_init(&text, arena);
    comment_add_to_markdown(&text, comment);
    return text.bytes;
}

static void a_comment_is_found_without_the_blanks_after_its_marks(void **state)
{
    assert_string_equal(find(*state, " One.\n  Two.\n", 0), "One.\n Two.");
    assert_string_equal(find(*state, "One.\n", 0), "One.");
    assert_string_equal(find(*state, " One.\n\n Two.\n", 0), "One.\n\nTwo.");
}

static void an_element_without_a_comment_has_an_empty_one(void **state)
{
    const Google__Protobuf__FileDescriptorProto file =
        GOOGLE__PROTOBUF__FILE_DESCRIPTOR_PROTO__INIT;
    const int32_t path[] = {PATH_SYNTAX};
    assert_string_equal(find(*state, NULL, 0), "");
    assert_string_equal(find(*state, " One.\n", 1), "");
    assert_string_equal(comment_find(*state, &file, path, 1), "");
}

static void lines_of_a_c_comment_begin_with_a_star(void **state)
{
    assert_string_equal(in_c(*state, "One.\nTwo.\n\nThree."), "One.\n * Two.\n *\n * Three.");
}

static void a_comment_cannot_end_the_c_comment_around_it(void **state)
{
    assert_string_equal(in_c(*state, "a */ b"), "a * / b");
}

static void lines_are_joined_in_markdown(void **state)
{
    assert_string_equal(in_markdown(*state, "One,\ntwo.\n\nThree."), "One, two. Three.");
}

static void words_with_an_underscore_are_code_in_markdown(void **state)
{
    assert_string_equal(in_markdown(*state, "until expires_at_ms: SEAT_TAKEN."),
                        "until `expires_at_ms`: `SEAT_TAKEN`.");
}

static void signs_that_mean_something_in_markdown_are_escaped(void **state)
{
    assert_string_equal(in_markdown(*state, "a | b * <c>"), "a \\| b \\* \\<c>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_comment_is_found_without_the_blanks_after_its_marks),
        cmocka_unit_test(an_element_without_a_comment_has_an_empty_one),
        cmocka_unit_test(lines_of_a_c_comment_begin_with_a_star),
        cmocka_unit_test(a_comment_cannot_end_the_c_comment_around_it),
        cmocka_unit_test(lines_are_joined_in_markdown),
        cmocka_unit_test(words_with_an_underscore_are_code_in_markdown),
        cmocka_unit_test(signs_that_mean_something_in_markdown_are_escaped),
    };
    return cmocka_run_group_tests(tests, make_arena, free_arena);
}
