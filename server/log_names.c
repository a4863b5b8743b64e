/* log_names.c -- How options call levels and formats. */
#include <stddef.h>

#include "server/log_format.h"

const char *const log_level_names[] = {"error", "warning", "info", "debug", NULL};
const char *const log_format_names[] = {"text", "logfmt", "json", NULL};
