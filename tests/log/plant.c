/* plant.c -- The switches of log/plant.h. */
#include "log/plant.h"

static enum log_rule left_out;

void log_plant(enum log_rule rule)
{
    left_out = rule;
}

bool log_rule_is_kept(enum log_rule rule)
{
    return rule != left_out;
}
