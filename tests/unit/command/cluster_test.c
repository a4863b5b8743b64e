/* What 'onsale cluster status' prints, and how it ends. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/command/cluster_table.h"
#include "client/command/failure.h"

enum { SERVERS = 3, TEXT_BYTES = 4096 };

struct fixture {
    struct cluster_server servers[SERVERS];
    Onsale__V1__GetClusterStatusResponse answers[SERVERS];
};

static uint8_t same[] = {0xab, 0xcd, 0xef, 0x01, 0x02};
static uint8_t other[] = {0xab, 0xcd, 0xef, 0x01, 0x03};

/* The first leads, the others follow, and all have the same state. */
static int set_up(void **state)
{
    static const char *const names[] = {"a", "b", "c"};
    struct fixture *fixture = calloc(1, sizeof *fixture);
    for (size_t i = 0; i < SERVERS; i++) {
        Onsale__V1__GetClusterStatusResponse *answer = &fixture->answers[i];
        onsale__v1__get_cluster_status_response__init(answer);
        answer->node = (char *)names[i];
        answer->role = i == 0 ? ONSALE__V1__CLUSTER_ROLE__CLUSTER_ROLE_LEADER
                              : ONSALE__V1__CLUSTER_ROLE__CLUSTER_ROLE_FOLLOWER;
        answer->epoch = 7;
        answer->applied_index = 1234567890123 - i;
        answer->lag_ms = (int64_t)i * 20;
        answer->hash_index = 1234567890000;
        answer->hash = (ProtobufCBinaryData){sizeof same, same};
        answer->log_reachable = answer->log_fit = true;
        fixture->servers[i] = (struct cluster_server){.url = "ipc:///x", .status = answer};
    }
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    free(*state);
    return 0;
}

static void print(const struct fixture *fixture, size_t width, char text[TEXT_BYTES])
{
    FILE *out = fmemopen(text, TEXT_BYTES, "w");
    assert_non_null(out);
    cluster_print(fixture->servers, SERVERS, width, out);
    fputc('\0', out);
    fclose(out);
}

static void assert_ends_with(const struct fixture *fixture, enum exit_code code, const char *said)
{
    char text[TEXT_BYTES];
    assert_int_equal(cluster_exit_code(cluster_judge(fixture->servers, SERVERS)), code);
    print(fixture, 0, text);
    if (said != NULL) assert_non_null(strstr(text, said));
    if (said == NULL) assert_null(strstr(text, "lead\n"));
}

static void one_that_leads_and_others_that_follow_are_well(void **state)
{
    char text[TEXT_BYTES];
    print(*state, 80, text);
    assert_string_equal(
        text, "SERVER  ROLE     EPOCH          INDEX    LAG  HASH                     LOG\n"
              "a       leads        7  1234567890123   0 ms  abcdef01 @1234567890000  fit\n"
              "b       follows      7  1234567890122  20 ms  abcdef01 @1234567890000  fit\n"
              "c       follows      7  1234567890121  40 ms  abcdef01 @1234567890000  fit\n");
    assert_ends_with(*state, EXIT_CODE_OK, NULL);
}

static void without_a_leader_it_says_so(void **state)
{
    struct fixture *fixture = *state;
    fixture->answers[0].role = ONSALE__V1__CLUSTER_ROLE__CLUSTER_ROLE_DEPOSED;
    assert_ends_with(fixture, EXIT_CODE_REFUSED, "nobody leads");
}

static void two_leaders_are_one_too_many(void **state)
{
    struct fixture *fixture = *state;
    fixture->answers[2].role = ONSALE__V1__CLUSTER_ROLE__CLUSTER_ROLE_LEADER;
    assert_ends_with(fixture, EXIT_CODE_REFUSED, "2 servers say that they lead");
}

static void hashes_of_one_entry_must_agree(void **state)
{
    struct fixture *fixture = *state;
    fixture->answers[2].hash = (ProtobufCBinaryData){sizeof other, other};
    assert_ends_with(fixture, EXIT_CODE_REFUSED, "servers differ in their state");
    fixture->answers[2].hash_index++; /* another entry's can't be compared */
    assert_ends_with(fixture, EXIT_CODE_OK, NULL);
    fixture->answers[0].hash_index = fixture->answers[1].hash_index = 0;
    fixture->answers[2].hash_index = 0;
    assert_ends_with(fixture, EXIT_CODE_OK, NULL);
}

static void fail_second(struct fixture *fixture, const char *message)
{
    struct run run;
    run_fail(&run, ONSALE_NOTHING_LISTENS, "%s", message);
    fixture->servers[1].status = NULL;
    fixture->servers[1].error = run.error;
}

static void a_server_without_an_answer_is_named(void **state)
{
    struct fixture *fixture = *state;
    fail_second(fixture, "ipc:///x: nobody is there");
    assert_ends_with(fixture, EXIT_CODE_OK, "#2: ipc:///x: nobody is there");
    assert_ends_with(fixture, EXIT_CODE_OK, "\n#2      no answer");
    fixture->servers[0].status = NULL;
    assert_ends_with(fixture, EXIT_CODE_REFUSED, "nobody leads");
    fixture->servers[2].status = NULL;
    assert_ends_with(fixture, EXIT_CODE_UNREACHABLE, NULL);
}

static void what_is_wrong_with_the_log_is_told(void **state)
{
    struct fixture *fixture = *state;
    fixture->answers[1].log_fit = false;
    fixture->answers[1].log_problem = (char *)"no synchronous standby\n is connected";
    assert_ends_with(fixture, EXIT_CODE_OK, "b: no synchronous standby\\x0a is connected\n");
    assert_ends_with(fixture, EXIT_CODE_OK, "unfit");
}

static void programs_get_all_of_it(void **state)
{
    struct fixture *fixture = *state;
    fail_second(fixture, "nobody is there");
    json_t *document = cluster_json(fixture->servers, SERVERS);
    json_t *servers = json_object_get(document, "servers");
    assert_int_equal(json_array_size(servers), SERVERS);
    json_t *status = json_object_get(json_array_get(servers, 0), "status");
    assert_string_equal(json_string_value(json_object_get(status, "appliedIndex")),
                        "1234567890123");
    json_t *error = json_object_get(json_array_get(servers, 1), "error");
    assert_string_equal(json_string_value(json_object_get(error, "reason")), "NOTHING_LISTENS");
    assert_int_equal(json_integer_value(json_object_get(document, "leaders")), 1);
    assert_true(json_is_false(json_object_get(document, "statesDiffer")));
    json_decref(document);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_that_leads_and_others_that_follow_are_well),
        TEST(without_a_leader_it_says_so),
        TEST(two_leaders_are_one_too_many),
        TEST(hashes_of_one_entry_must_agree),
        TEST(a_server_without_an_answer_is_named),
        TEST(what_is_wrong_with_the_log_is_told),
        TEST(programs_get_all_of_it),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
