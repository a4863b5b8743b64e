#include "gateway/reflection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/buffer.h"
#include "gateway/grpc_frame.h"
#include "gateway/grpc_reply.h"
#include "grpc/reflection/v1/reflection.pb-c.h"
#include "schema/descriptors.h"

enum {
    QUESTION_BYTES_MAX = 8 * 1024,
    FILES_MAX = 32, /* a file and all that it imports */
    SERVICES_MAX = 32,
    CODE_NOT_FOUND = ONSALE__RPC__V1__CODE__CODE_NOT_FOUND,
    CODE_UNIMPLEMENTED = ONSALE__RPC__V1__CODE__CODE_UNIMPLEMENTED,
};

#define ASKED(kind) GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_##kind
#define TOLD(kind) GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_##kind

/* A stream of questions. */
struct questions {
    struct buffer bytes; /* of those that are not whole yet */
};

/* --- Answers -----------------------------------------------------------------------------------
 */

static void answer(struct exchange *exchange, Grpc__Reflection__V1__ServerReflectionRequest *asked,
                   Grpc__Reflection__V1__ServerReflectionResponse *response)
{
    response->valid_host = asked->host;
    response->original_request = asked;
    if (!grpc_send_message(exchange, &response->base)) grpc_refuse(exchange, STATUS_OUT_OF_MEMORY);
}

static void answer_error(struct exchange *exchange,
                         Grpc__Reflection__V1__ServerReflectionRequest *asked, int code,
                         const char *message)
{
    Grpc__Reflection__V1__ServerReflectionResponse response =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__INIT;
    Grpc__Reflection__V1__ErrorResponse error = GRPC__REFLECTION__V1__ERROR_RESPONSE__INIT;
    error.error_code = code;
    error.error_message = (char *)message;
    response.message_response_case = TOLD(ERROR_RESPONSE);
    response.error_response = &error;
    answer(exchange, asked, &response);
}

static void answer_services(const struct descriptors *descriptors, struct exchange *exchange,
                            Grpc__Reflection__V1__ServerReflectionRequest *asked)
{
    Grpc__Reflection__V1__ServerReflectionResponse response =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__INIT;
    Grpc__Reflection__V1__ListServiceResponse list =
        GRPC__REFLECTION__V1__LIST_SERVICE_RESPONSE__INIT;
    Grpc__Reflection__V1__ServiceResponse services[SERVICES_MAX], *pointers[SERVICES_MAX];
    char names[SERVICES_MAX][128];
    const Google__Protobuf__FileDescriptorSet *set = descriptors_all(descriptors);
    for (size_t i = 0; i < set->n_file; i++)
        for (size_t j = 0; j < set->file[i]->n_service && list.n_service < SERVICES_MAX; j++) {
            size_t place = list.n_service++;
            snprintf(names[place], sizeof names[place], "%s.%s", set->file[i]->package,
                     set->file[i]->service[j]->name);
            grpc__reflection__v1__service_response__init(&services[place]);
            services[place].name = names[place];
            pointers[place] = &services[place];
        }
    list.service = pointers;
    response.message_response_case = TOLD(LIST_SERVICES_RESPONSE);
    response.list_services_response = &list;
    answer(exchange, asked, &response);
}

/* A file, then what it imports and is not in the list yet. */
static size_t list_files(const struct descriptors *descriptors,
                         const Google__Protobuf__FileDescriptorProto *file,
                         const Google__Protobuf__FileDescriptorProto *ret_files[FILES_MAX])
{
    size_t count = 0;
    ret_files[count++] = file;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < ret_files[i]->n_dependency && count < FILES_MAX; j++) {
            const Google__Protobuf__FileDescriptorProto *import =
                descriptors_find_file(descriptors, ret_files[i]->dependency[j]);
            size_t known = 0;
            while (known < count && ret_files[known] != import)
                known++;
            if (import != NULL && known == count) ret_files[count++] = import;
        }
    return count;
}

/* @return False if there is no memory. */
static bool pack_file(const Google__Protobuf__FileDescriptorProto *file,
                      ProtobufCBinaryData *ret_packed)
{
    size_t size = google__protobuf__file_descriptor_proto__get_packed_size(file);
    *ret_packed = (ProtobufCBinaryData){size, malloc(size + 1)};
    if (ret_packed->data == NULL) return false;
    google__protobuf__file_descriptor_proto__pack(file, ret_packed->data);
    return true;
}

static void answer_files(const struct descriptors *descriptors, struct exchange *exchange,
                         Grpc__Reflection__V1__ServerReflectionRequest *asked,
                         const Google__Protobuf__FileDescriptorProto *file)
{
    Grpc__Reflection__V1__ServerReflectionResponse response =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__INIT;
    Grpc__Reflection__V1__FileDescriptorResponse list =
        GRPC__REFLECTION__V1__FILE_DESCRIPTOR_RESPONSE__INIT;
    const Google__Protobuf__FileDescriptorProto *files[FILES_MAX];
    ProtobufCBinaryData packed[FILES_MAX];
    bool are_packed = true;
    if (file == NULL) {
        answer_error(exchange, asked, CODE_NOT_FOUND, "there is no such file or symbol");
        return;
    }
    list.n_file_descriptor_proto = list_files(descriptors, file, files);
    for (size_t i = 0; i < list.n_file_descriptor_proto; i++)
        if (!pack_file(files[i], &packed[i])) are_packed = false;
    list.file_descriptor_proto = packed;
    response.message_response_case = TOLD(FILE_DESCRIPTOR_RESPONSE);
    response.file_descriptor_response = &list;
    if (are_packed)
        answer(exchange, asked, &response);
    else
        grpc_refuse(exchange, STATUS_OUT_OF_MEMORY);
    for (size_t i = 0; i < list.n_file_descriptor_proto; i++)
        free(packed[i].data);
}

/* --- Questions ---------------------------------------------------------------------------------
 */

static void take_question(const struct descriptors *descriptors, struct exchange *exchange,
                          Grpc__Reflection__V1__ServerReflectionRequest *asked)
{
    switch ((int)asked->message_request_case) {
    case ASKED(LIST_SERVICES):
        answer_services(descriptors, exchange, asked);
        return;
    case ASKED(FILE_BY_FILENAME):
        answer_files(descriptors, exchange, asked,
                     descriptors_find_file(descriptors, asked->file_by_filename));
        return;
    case ASKED(FILE_CONTAINING_SYMBOL):
        answer_files(descriptors, exchange, asked,
                     descriptors_find_symbol(descriptors, asked->file_containing_symbol));
        return;
    case ASKED(FILE_CONTAINING_EXTENSION):
    case ASKED(ALL_EXTENSION_NUMBERS_OF_TYPE):
        answer_error(exchange, asked, CODE_NOT_FOUND, "there are no extensions");
        return;
    default:
        answer_error(exchange, asked, CODE_UNIMPLEMENTED, "this can't be asked for");
        return;
    }
}

/* @return False if the call has ended. */
static bool take_message(const struct descriptors *descriptors, struct exchange *exchange,
                         const uint8_t *message, size_t size)
{
    Grpc__Reflection__V1__ServerReflectionRequest *asked =
        grpc__reflection__v1__server_reflection_request__unpack(NULL, size, message);
    if (asked == NULL)
        grpc_refuse(exchange, STATUS_PAYLOAD_MALFORMED);
    else
        take_question(descriptors, exchange, asked);
    grpc__reflection__v1__server_reflection_request__free_unpacked(asked, NULL);
    return !exchange->has_ended;
}

static void take_whole_ones(const struct descriptors *descriptors, struct exchange *exchange,
                            struct buffer *bytes)
{
    const char *encoding = request_header(&exchange->request, "grpc-encoding");
    const uint8_t *message;
    uint8_t *unpacked;
    size_t size, taken;
    bool goes_on = true;
    while (goes_on &&
           grpc_frame_take(buffer_at(bytes), buffer_size(bytes), encoding, QUESTION_BYTES_MAX,
                           &message, &size, &unpacked, &taken) == GRPC_FRAME_OK) {
        goes_on = take_message(descriptors, exchange, message, size);
        free(unpacked);
        buffer_take(bytes, taken);
    }
}

static void questions_close(struct exchange *exchange)
{
    struct questions *questions = exchange->context;
    buffer_deinit(&questions->bytes);
}

void reflection_start(const struct handler *handler, struct exchange *exchange)
{
    struct questions *questions = arena_alloc(exchange->arena, sizeof *questions);
    (void)handler;
    if (questions == NULL) {
        grpc_refuse(exchange, STATUS_OUT_OF_MEMORY);
        return;
    }
    buffer_init(&questions->bytes, QUESTION_BYTES_MAX);
    exchange->context = questions;
    exchange->gone = questions_close;
}

void reflection_receive(const struct handler *handler, struct exchange *exchange,
                        const uint8_t *bytes, size_t size, bool is_last)
{
    struct questions *questions = exchange->context;
    if (!buffer_add(&questions->bytes, bytes, size)) {
        questions_close(exchange);
        grpc_refuse(exchange, STATUS_PAYLOAD_TOO_LARGE);
        return;
    }
    take_whole_ones(handler->context, exchange, &questions->bytes);
    if (!exchange->has_ended && !is_last) return;
    questions_close(exchange);
    if (!exchange->has_ended) grpc_end(exchange, NULL);
}
