/* Texts with fields in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/command/view.h"
#include "onsale/v1/admin.pb-c.h"
#include "onsale/v1/catalog.pb-c.h"

static void assert_says(const ProtobufCMessage *message, const ProtobufCMessage *beside,
                        const char *template, const char *expected)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    bool is_kept = template_write(out, template, &(struct record){message, beside});
    fclose(out);
    assert_string_equal(text, expected);
    assert_int_equal(is_kept, expected[0] != '\0');
    free(text);
}

static void a_field_is_written_by_its_type_or_as_a_word_says(void **state)
{
    (void)state;
    Onsale__V1__QueueEntry entry = ONSALE__V1__QUEUE_ENTRY__INIT;
    entry.number = 1165000;
    entry.status = ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING;
    entry.remaining_ms = 298000;
    assert_says(&entry.base, NULL, "no {number}", "no 1165000");
    assert_says(&entry.base, NULL, "{number:money}, {remaining_ms:span}", "1,165,000, 4 min 58 s");
    assert_says(&entry.base, NULL, "{status}", "WAITING");
    assert_says(&entry.base, NULL, "{admission_paused:on|paused}", "on");
    entry.admission_paused = true;
    assert_says(&entry.base, NULL, "{admission_paused:on|paused}.", "paused.");
}

static void a_text_is_taken_back_for_the_next_one(void **state)
{
    (void)state;
    Onsale__V1__SaleStops stops = ONSALE__V1__SALE_STOPS__INIT;
    static const char template[] = "performance {performance_id?}||whole concert";
    assert_says(&stops.base, NULL, template, "whole concert");
    stops.performance_id = 11;
    assert_says(&stops.base, NULL, template, "performance 11");
    assert_says(&stops.base, NULL, "{performance_id!}none", "");
    assert_says(&stops.base, NULL, "{paying_stopped:if}paying", "");
    assert_says(&stops.base, NULL, "no such {field?}", "");
}

static void what_the_record_has_not_is_looked_for_beside_it(void **state)
{
    (void)state;
    Onsale__V1__CreateUserRequest request = ONSALE__V1__CREATE_USER_REQUEST__INIT;
    Onsale__V1__CreateUserResponse response = ONSALE__V1__CREATE_USER_RESPONSE__INIT;
    request.user_id = 7;
    assert_says(&response.base, &request.base, "{user_id} {created:old|new}", "7 old");
}

static void a_repeated_record_is_a_line_each(void **state)
{
    (void)state;
    Onsale__V1__PriceTier vip = ONSALE__V1__PRICE_TIER__INIT, other = ONSALE__V1__PRICE_TIER__INIT;
    Onsale__V1__PriceTier *tiers[] = {&vip, &other};
    Onsale__V1__Performance performance = ONSALE__V1__PERFORMANCE__INIT;
    vip.name = (char *)"VIP";
    vip.price = 165000;
    other.name = (char *)"R석\n";
    performance.tiers = tiers;
    performance.n_tiers = 2;
    assert_says(&performance.base, NULL, "{tiers.name}", "VIP\nR석\\x0a");
    assert_says(&performance.base, NULL, "{tiers.price:money}", "165,000\n0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_field_is_written_by_its_type_or_as_a_word_says),
        cmocka_unit_test(a_text_is_taken_back_for_the_next_one),
        cmocka_unit_test(what_the_record_has_not_is_looked_for_beside_it),
        cmocka_unit_test(a_repeated_record_is_a_line_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
