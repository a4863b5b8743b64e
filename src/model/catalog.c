#include "model/catalog.h"

enum status performance_check_on_sale(const struct performance *performance, unix_ms now_ms)
{
    if (now_ms < performance->sale_opens_at_ms) return STATUS_SALE_NOT_OPEN;
    if (now_ms >= performance->sale_closes_at_ms) return STATUS_SALE_CLOSED;
    return STATUS_OK;
}
