/* Messages as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "client/command/json.h"
#include "onsale/v1/catalog.pb-c.h"
#include "onsale/v1/event.pb-c.h"
#include "onsale/v1/queue.pb-c.h"

static void assert_json(const ProtobufCMessage *message, const char *expected)
{
    json_t *json = json_from_message(message);
    char *text = json_dumps(json, JSON_COMPACT);
    assert_string_equal(text, expected);
    free(text);
    json_decref(json);
}

static void fields_follow_the_mapping_of_proto3(void **state)
{
    (void)state;
    Onsale__V1__Event event = ONSALE__V1__EVENT__INIT;
    uint8_t id[16] = {0x01, 0x90};
    uint32_t seats[] = {4, 4000000000u};
    event.event_number = UINT64_MAX;
    event.kind = ONSALE__V1__EVENT_KIND__EVENT_KIND_SEATS_HELD;
    event.concert_id = 7;
    event.amount = -5;
    event.record_id = (ProtobufCBinaryData){sizeof id, id};
    event.seat_indexes = seats;
    event.n_seat_indexes = 2;
    assert_json(&event.base, "{\"eventNumber\":\"18446744073709551615\","
                             "\"kind\":\"EVENT_KIND_SEATS_HELD\",\"occurredAtMs\":\"0\","
                             "\"concertId\":7,\"performanceId\":0,\"userId\":\"0\","
                             "\"recordId\":\"01900000-0000-0000-0000-000000000000\","
                             "\"paymentId\":\"\",\"number\":\"0\",\"amount\":\"-5\","
                             "\"untilMs\":\"0\",\"seatIndexes\":[4,4000000000]}");
}

static void an_absent_message_is_left_out_and_a_token_is_hex(void **state)
{
    (void)state;
    Onsale__V1__EnterQueueResponse response = ONSALE__V1__ENTER_QUEUE_RESPONSE__INIT;
    uint8_t token[] = {0x00, 0xab, 0x10};
    response.token = (ProtobufCBinaryData){sizeof token, token};
    assert_json(&response.base, "{\"token\":\"00ab10\"}");
}

static void other_bytes_are_base64(void **state)
{
    (void)state;
    static const char *const expected[] = {"", "+w==", "+/8=", "+/8B", "+/8BAg=="};
    uint8_t bytes[] = {0xfb, 0xff, 0x01, 0x02};
    for (size_t length = 0; length <= sizeof bytes; length++) {
        Onsale__V1__SeatRun run = ONSALE__V1__SEAT_RUN__INIT;
        run.states = (ProtobufCBinaryData){length, bytes};
        json_t *json = json_from_message(&run.base);
        assert_string_equal(json_string_value(json_object_get(json, "states")), expected[length]);
        json_decref(json);
    }
}

static void messages_and_booleans_nest(void **state)
{
    (void)state;
    Onsale__V1__SeatRun run = ONSALE__V1__SEAT_RUN__INIT;
    Onsale__V1__SeatRun *runs[] = {&run};
    Onsale__V1__GetSeatMapResponse response = ONSALE__V1__GET_SEAT_MAP_RESPONSE__INIT;
    response.complete = true;
    response.runs = runs;
    response.n_runs = 1;
    assert_json(&response.base,
                "{\"version\":\"0\",\"seatCount\":0,\"complete\":true,"
                "\"runs\":[{\"firstSeatIndex\":0,\"seatCount\":0,\"states\":\"\"}]}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_follow_the_mapping_of_proto3),
        cmocka_unit_test(an_absent_message_is_left_out_and_a_token_is_hex),
        cmocka_unit_test(other_bytes_are_base64),
        cmocka_unit_test(messages_and_booleans_nest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
