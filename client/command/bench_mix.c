#include "client/command/bench_mix.h"

#include <stdio.h>
#include <string.h>

#include "client/command/text.h"

enum { SHOWN = 60 };

static bool has_name(const struct mix *mix, const char *name)
{
    for (size_t i = 0; i < mix->count; i++)
        if (strcmp(mix->entries[i].name, name) == 0) return true;
    return false;
}

/* @return NULL; else what is wrong with the part. */
static const char *add_part(struct mix *mix, const char *part, size_t length)
{
    struct mix_entry entry = {.weight = 1};
    const char *equals = memchr(part, '=', length);
    size_t name_length = equals == NULL ? length : (size_t)(equals - part);
    if (mix->count == MIX_ENTRIES_MAX) return "there are more than 16 parts";
    if (name_length == 0) return "a name is missing";
    if (name_length >= sizeof entry.name) return "a name is too long";
    memcpy(entry.name, part, name_length);
    if (equals != NULL && !number_parse(equals + 1, length - name_length - 1, &entry.weight))
        entry.weight = 0;
    if (entry.weight < 1 || entry.weight > MIX_WEIGHT_MAX) return "a weight must be 1..1000000";
    if (has_name(mix, entry.name)) return "a name comes twice";
    mix->weights += entry.weight;
    mix->entries[mix->count++] = entry;
    return NULL;
}

bool mix_parse(const char *text, struct mix *ret_mix, char *ret_problem, size_t problem_size)
{
    struct mix mix = {0};
    for (const char *part = text;; part++) {
        size_t length = strcspn(part, ",");
        const char *problem = add_part(&mix, part, length);
        if (problem != NULL) {
            snprintf(ret_problem, problem_size,
                     "--mix must be as in 'enter=1,poll=8': %s, in '%.*s'", problem,
                     (int)(length < SHOWN ? length : SHOWN), part);
            return false;
        }
        part += length;
        if (*part == '\0') break;
    }
    *ret_mix = mix;
    return true;
}

size_t mix_pick(const struct mix *mix, uint64_t random)
{
    uint64_t left = random % mix->weights;
    size_t i = 0;
    while (left >= mix->entries[i].weight)
        left -= mix->entries[i++].weight;
    return i;
}
