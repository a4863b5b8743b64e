#include "rpc/channel/budget.h"

#include "base/require.h"

enum { TOKEN = 10 }; /* tenths */

void channel_budget_init(struct channel_budget *budget, size_t connections)
{
    REQUIRE(connections > 0);
    budget->tenths_max = 2 * connections * TOKEN;
    budget->tenths = budget->tenths_max;
}

void channel_budget_grow(struct channel_budget *budget, size_t connections)
{
    budget->tenths_max += 2 * connections * TOKEN;
    budget->tenths += 2 * connections * TOKEN;
}

bool channel_budget_take(struct channel_budget *budget)
{
    if (budget->tenths <= budget->tenths_max / 2) return false;
    budget->tenths -= TOKEN;
    return true;
}

void channel_budget_earn(struct channel_budget *budget)
{
    if (budget->tenths < budget->tenths_max) budget->tenths++;
}
