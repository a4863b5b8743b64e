/* What the plugin answers to requests that it can't fulfil. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rpc/generator/generate.h"

/* A request for one file with one service of one method; tests spoil it. */
struct sample {
    struct arena arena;
    Google__Protobuf__MethodDescriptorProto method;
    Google__Protobuf__MethodDescriptorProto *methods[1];
    Google__Protobuf__ServiceDescriptorProto service;
    Google__Protobuf__ServiceDescriptorProto *services[1];
    Google__Protobuf__DescriptorProto nested;
    Google__Protobuf__DescriptorProto *nested_types[1];
    Google__Protobuf__DescriptorProto message;
    Google__Protobuf__DescriptorProto *messages[1];
    Google__Protobuf__FileDescriptorProto file;
    Google__Protobuf__FileDescriptorProto *files[1];
    char *names[1];
    Google__Protobuf__Compiler__CodeGeneratorRequest request;
};

static void sample_fill_service(struct sample *sample)
{
    google__protobuf__method_descriptor_proto__init(&sample->method);
    sample->method.name = "BuyBalloon";
    sample->method.input_type = ".toy.v1.Balloon";
    sample->method.output_type = ".toy.v1.Balloon";
    sample->methods[0] = &sample->method;
    google__protobuf__service_descriptor_proto__init(&sample->service);
    sample->service.name = "BalloonService";
    sample->service.method = sample->methods;
    sample->service.n_method = 1;
    sample->services[0] = &sample->service;
}

static void sample_fill_message(struct sample *sample)
{
    google__protobuf__descriptor_proto__init(&sample->nested);
    sample->nested_types[0] = &sample->nested;
    google__protobuf__descriptor_proto__init(&sample->message);
    sample->message.name = "Balloon";
    sample->message.nested_type = sample->nested_types;
    sample->messages[0] = &sample->message;
}

static void sample_fill_file(struct sample *sample)
{
    google__protobuf__file_descriptor_proto__init(&sample->file);
    sample->file.name = "toy.proto";
    sample->file.package = "toy.v1";
    sample->file.service = sample->services;
    sample->file.n_service = 1;
    sample->file.message_type = sample->messages;
    sample->file.n_message_type = 1;
    sample->files[0] = &sample->file;
}

static int make_sample(void **state)
{
    static struct sample sample;
    arena_init(&sample.arena, 1024 * 1024);
    sample_fill_service(&sample);
    sample_fill_message(&sample);
    sample_fill_file(&sample);
    google__protobuf__compiler__code_generator_request__init(&sample.request);
    sample.names[0] = "toy.proto";
    sample.request.parameter = "client";
    sample.request.file_to_generate = sample.names;
    sample.request.n_file_to_generate = 1;
    sample.request.proto_file = sample.files;
    sample.request.n_proto_file = 1;
    *state = &sample;
    return 0;
}

static int free_sample(void **state)
{
    struct sample *sample = *state;
    arena_deinit(&sample->arena);
    return 0;
}

static void assert_error(struct sample *sample, const char *error)
{
    struct generation generation;
    generate(&generation, &sample->arena, &sample->request);
    assert_non_null(generation.response.error);
    assert_string_equal(generation.response.error, error);
    assert_int_equal(generation.response.n_file, 0);
}

static size_t files_made(struct sample *sample)
{
    struct generation generation;
    generate(&generation, &sample->arena, &sample->request);
    assert_null(generation.response.error);
    return generation.response.n_file;
}

static void a_client_is_a_header_and_a_source(void **state)
{
    assert_int_equal(files_made(*state), 2);
}

static void a_file_without_a_service_gives_no_client(void **state)
{
    struct sample *sample = *state;
    sample->file.n_service = 0;
    assert_int_equal(files_made(sample), 0);
}

static void an_unknown_output_is_refused(void **state)
{
    struct sample *sample = *state;
    sample->request.parameter = "pascal";
    assert_error(sample, "--onsale_opt must be client, server, packing, fields, "
                         "methods, routes, reference or openapi");
}

static void a_missing_output_is_refused(void **state)
{
    struct sample *sample = *state;
    sample->request.parameter = NULL;
    assert_error(sample, "--onsale_opt must be client, server, packing, fields, "
                         "methods, routes, reference or openapi");
}

static void a_stream_is_refused(void **state)
{
    struct sample *sample = *state;
    sample->method.server_streaming = 1;
    assert_error(sample, "toy.proto: BalloonService/BuyBalloon: streams are not supported");
}

static void a_stream_of_answers_has_its_place_in_the_reference(void **state)
{
    struct sample *sample = *state;
    sample->method.server_streaming = 1;
    sample->request.parameter = "reference";
    assert_int_equal(files_made(sample), 1);
    sample->method.client_streaming = 1;
    assert_error(sample, "toy.proto: BalloonService/BuyBalloon: streams are not supported");
}

static void a_nested_type_is_refused(void **state)
{
    struct sample *sample = *state;
    sample->message.n_nested_type = 1;
    assert_error(sample, "toy.proto: Balloon: nested types and maps are not supported");
}

static void a_file_without_a_package_is_refused(void **state)
{
    struct sample *sample = *state;
    sample->file.package = NULL;
    assert_error(sample, "toy.proto: the package is missing");
}

static void a_file_without_a_descriptor_is_refused(void **state)
{
    struct sample *sample = *state;
    sample->request.n_proto_file = 0;
    assert_error(sample, "toy.proto: the request has no descriptor of it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_client_is_a_header_and_a_source, make_sample,
                                        free_sample),
        cmocka_unit_test_setup_teardown(a_file_without_a_service_gives_no_client, make_sample,
                                        free_sample),
        cmocka_unit_test_setup_teardown(an_unknown_output_is_refused, make_sample, free_sample),
        cmocka_unit_test_setup_teardown(a_missing_output_is_refused, make_sample, free_sample),
        cmocka_unit_test_setup_teardown(a_stream_is_refused, make_sample, free_sample),
        cmocka_unit_test_setup_teardown(a_stream_of_answers_has_its_place_in_the_reference,
                                        make_sample, free_sample),
        cmocka_unit_test_setup_teardown(a_nested_type_is_refused, make_sample, free_sample),
        cmocka_unit_test_setup_teardown(a_file_without_a_package_is_refused, make_sample,
                                        free_sample),
        cmocka_unit_test_setup_teardown(a_file_without_a_descriptor_is_refused, make_sample,
                                        free_sample),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
