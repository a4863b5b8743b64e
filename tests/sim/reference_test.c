/* reference_test.c -- test_reference DESCRIPTORS: every method of every service, as protoc
 * describes the .proto files, is served and is in the reference of the simulation, or has an
 * excuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "google/protobuf/descriptor.pb-c.h"
#include "server/engine/call.h"
#include "server/method_table.h"
#include "tests/sim/model/methods.h"

enum { DESCRIPTORS_BYTES_MAX = 1024 * 1024, NAME_BYTES = 128 };

/* A method that the reference cannot answer, and why not. */
struct excuse {
    const char *method; /* "onsale.v1.AdminService/BackUp"; NULL: the end */
    const char *reason;
};

static const struct excuse excuses[] = {
    {"onsale.v1.AdminService/HandOver",
     "the reference's shop is on one machine: it is refused always"},
    {NULL, NULL},
};

static Google__Protobuf__FileDescriptorSet *files;

typedef void visit_method(const char *name);

static void visit_all(visit_method *visit)
{
    for (size_t i = 0; i < files->n_file; i++)
        for (size_t j = 0; j < files->file[i]->n_service; j++) {
            const Google__Protobuf__ServiceDescriptorProto *service = files->file[i]->service[j];
            for (size_t k = 0; k < service->n_method; k++) {
                char name[NAME_BYTES];
                snprintf(name, sizeof name, "%s.%s/%s", files->file[i]->package, service->name,
                         service->method[k]->name);
                visit(name);
            }
        }
}

static const struct method *find_served(const char *name)
{
    for (size_t i = 0; i < method_table_count; i++)
        if (strcmp(method_table[i].name, name) == 0) return &method_table[i];
    return NULL;
}

static const struct model_method *find_modelled(const char *name)
{
    for (size_t i = 0; i < model_methods_count; i++)
        if (strcmp(model_methods[i].name, name) == 0) return &model_methods[i];
    return NULL;
}

static const struct excuse *find_excuse(const char *name)
{
    for (const struct excuse *excuse = excuses; excuse->method != NULL; excuse++)
        if (strcmp(excuse->method, name) == 0) return excuse;
    return NULL;
}

static size_t visited;

static void check_served(const char *name)
{
    visited++;
    if (find_served(name) == NULL) fail_msg("%s is not in server/method_table.c", name);
}

static void every_method_is_served(void **state)
{
    (void)state;
    visited = 0;
    visit_all(check_served);
    assert_int_equal(visited, method_table_count);
}

static void check_modelled(const char *name)
{
    if (find_modelled(name) == NULL && find_excuse(name) == NULL)
        fail_msg("%s is not in the reference: add it to tests/sim/model/methods.c and to the "
                 "requests, or say here why it can't be",
                 name);
    if (find_modelled(name) != NULL && find_excuse(name) != NULL)
        fail_msg("%s needs no excuse: it is in the reference", name);
}

static void every_method_is_in_the_reference_or_has_an_excuse(void **state)
{
    (void)state;
    visit_all(check_modelled);
}

static void every_excuse_is_for_a_method_and_has_a_reason(void **state)
{
    (void)state;
    for (const struct excuse *excuse = excuses; excuse->method != NULL; excuse++) {
        if (find_served(excuse->method) == NULL) fail_msg("%s is no method", excuse->method);
        if (strlen(excuse->reason) < 20) fail_msg("%s: that is no reason", excuse->method);
    }
}

static void the_reference_knows_of_each_method_what_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < model_methods_count; i++) {
        const struct model_method *modelled = &model_methods[i];
        const struct method *served = find_served(modelled->name);
        if (served == NULL) fail_msg("%s is no method", modelled->name);
        assert_ptr_equal(modelled->request, served->request);
        assert_ptr_equal(modelled->response, served->response);
        assert_int_equal(modelled->writes, served->kind == METHOD_WRITE);
        assert_int_equal(modelled->admin_only, (served->policy & ADMIN_ONLY) != 0);
    }
}

static void read_files(const char *path)
{
    static uint8_t bytes[DESCRIPTORS_BYTES_MAX];
    FILE *file = fopen(path, "rb");
    size_t size = file == NULL ? 0 : fread(bytes, 1, sizeof bytes, file);
    if (file != NULL) fclose(file);
    files = google__protobuf__file_descriptor_set__unpack(NULL, size, bytes);
    if (size > 0 && files != NULL) return;
    fprintf(stderr, "usage: test_reference DESCRIPTORS\n");
    exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_method_is_served),
        cmocka_unit_test(every_method_is_in_the_reference_or_has_an_excuse),
        cmocka_unit_test(every_excuse_is_for_a_method_and_has_a_reason),
        cmocka_unit_test(the_reference_knows_of_each_method_what_the_table_says),
    };
    read_files(argc == 2 ? argv[1] : "");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    google__protobuf__file_descriptor_set__free_unpacked(files, NULL);
    return failed;
}
