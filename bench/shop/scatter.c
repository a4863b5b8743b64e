#include "bench/shop/scatter.h"

#include "bench/shop/shop.h"

uint64_t scatter(uint64_t i, uint64_t count)
{
    static const uint64_t LARGE_PRIME = 2654435761;
    return i % count * LARGE_PRIME % count;
}

struct shop_seat scatter_by_performance(uint64_t i)
{
    return (struct shop_seat){
        .performance_id = (uint32_t)(i / SHOP_SEATS) + 1,
        .seat_index = (uint32_t)scatter(i, SHOP_SEATS),
    };
}
