/* A shop on one machine says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "onsale/v1/admin.pb-c.h"
#include "tests/sim/desk.h"

static void it_is_single(void **state)
{
    Onsale__V1__GetClusterStatusRequest req = ONSALE__V1__GET_CLUSTER_STATUS_REQUEST__INIT;
    const Onsale__V1__GetClusterStatusResponse *res =
        desk_ask(*state, "onsale.v1.AdminService/GetClusterStatus", &req.base);
    assert_int_equal(res->role, ONSALE__V1__CLUSTER_ROLE__CLUSTER_ROLE_SINGLE);
    assert_int_equal(res->epoch, 0);
    assert_string_equal(res->leader, "");
}

static void it_hands_over_to_nobody(void **state)
{
    Onsale__V1__HandOverRequest req = ONSALE__V1__HAND_OVER_REQUEST__INIT;
    assert_int_equal(desk_call(*state, "onsale.v1.AdminService/HandOver", &req.base),
                     STATUS_NOT_LEADER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_is_single, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(it_hands_over_to_nobody, desk_open, desk_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
