#include "client/command/view.h"

struct text text_of_wait(const Onsale__V1__QueueEntry *entry)
{
    struct text text;
    if (entry->admission_paused)
        snprintf(text.bytes, sizeof text.bytes, "unknown: admission is paused");
    else if (entry->estimate_unknown)
        snprintf(text.bytes, sizeof text.bytes, "unknown: longer than the waiting time left");
    else
        snprintf(text.bytes, sizeof text.bytes, "about %.48s",
                 text_of_span(entry->estimated_wait_ms).bytes);
    return text;
}

#define EXPIRY                                                                                     \
    "{expires_at_ms:instant} (in {remaining_ms:span}){admission_paused:| if the pause ended now}"

#define LEFT(title, text) {title, text, COLUMN_LEFT},
#define RIGHT(title, text) {title, text, COLUMN_RIGHT},
#define WRAPS(title, text) {title, text, COLUMN_WRAPS},
#define FIELDS(name, fields) static const struct column name##_fields[] = {fields{0}};
#define VIEW(name, ...) const struct view name##_view = {__VA_ARGS__};
#include "client/command/views.def"
