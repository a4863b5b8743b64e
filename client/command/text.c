#include "client/command/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <onsale/id.h>

struct text text_of_money(int64_t amount)
{
    char digits[32];
    struct text text = {0};
    uint64_t size = amount < 0 ? 0 - (uint64_t)amount : (uint64_t)amount;
    size_t length = (size_t)snprintf(digits, sizeof digits, "%" PRIu64, size);
    char *to = text.bytes;
    if (amount < 0) *to++ = '-';
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) *to++ = ',';
        *to++ = digits[i];
    }
    return text;
}

/* Rounded down, also before 1970. */
static time_t seconds_of(unix_ms moment_ms)
{
    return (time_t)(moment_ms / MS_PER_SECOND - (moment_ms % MS_PER_SECOND < 0));
}

static struct text text_of_local(unix_ms moment_ms, const char *format)
{
    struct text text;
    time_t seconds = seconds_of(moment_ms);
    struct tm parts;
    if (localtime_r(&seconds, &parts) == NULL ||
        strftime(text.bytes, sizeof text.bytes, format, &parts) == 0)
        snprintf(text.bytes, sizeof text.bytes, "%" PRId64 " ms", moment_ms);
    return text;
}

struct text text_of_moment(unix_ms moment_ms)
{
    return text_of_local(moment_ms, "%a %Y-%m-%d %H:%M");
}

struct text text_of_minute(unix_ms moment_ms)
{
    return text_of_local(moment_ms, "%Y-%m-%d %H:%M");
}

struct text text_of_second(unix_ms moment_ms)
{
    return text_of_local(moment_ms, "%Y-%m-%d %H:%M:%S");
}

static void add_milliseconds(struct text *text, unix_ms moment_ms)
{
    size_t length = strlen(text->bytes);
    snprintf(text->bytes + length, sizeof text->bytes - length, ".%03d",
             (int)(moment_ms - (unix_ms)seconds_of(moment_ms) * MS_PER_SECOND));
}

struct text text_of_instant(unix_ms moment_ms)
{
    struct text text = text_of_second(moment_ms);
    add_milliseconds(&text, moment_ms);
    return text;
}

struct text text_of_offset_instant(unix_ms moment_ms)
{
    struct text text = text_of_local(moment_ms, "%Y-%m-%dT%H:%M:%S");
    struct tm parts = {0};
    time_t seconds = seconds_of(moment_ms);
    localtime_r(&seconds, &parts);
    add_milliseconds(&text, moment_ms);
    size_t length = strlen(text.bytes);
    long minutes = parts.tm_gmtoff / 60, distance = minutes < 0 ? -minutes : minutes;
    snprintf(text.bytes + length, sizeof text.bytes - length, "%c%02ld:%02ld",
             minutes < 0 ? '-' : '+', distance / 60, distance % 60);
    return text;
}

/* "4 min 58 s", or "5 min" if nothing is left over. */
static void format_units(struct text *text, int64_t large, const char *large_unit, int64_t small,
                         const char *small_unit)
{
    size_t size = sizeof text->bytes;
    if (small == 0)
        snprintf(text->bytes, size, "%" PRId64 " %s", large, large_unit);
    else
        snprintf(text->bytes, size, "%" PRId64 " %s %" PRId64 " %s", large, large_unit, small,
                 small_unit);
}

struct text text_of_span(int64_t span_ms)
{
    struct text text;
    int64_t ms = span_ms < 0 ? 0 : span_ms, seconds = ms / 1000, minutes = seconds / 60;
    int64_t hours = minutes / 60;
    if (ms < 1000)
        format_units(&text, ms, "ms", 0, "");
    else if (seconds < 10)
        snprintf(text.bytes, sizeof text.bytes, "%" PRId64 ".%" PRId64 " s", seconds,
                 ms % 1000 / 100);
    else if (minutes < 1)
        format_units(&text, seconds, "s", 0, "");
    else if (hours < 1)
        format_units(&text, minutes, "min", seconds % 60, "s");
    else if (hours < 48)
        format_units(&text, hours, "h", minutes % 60, "min");
    else
        format_units(&text, hours / 24, "days", 0, "");
    return text;
}

struct text text_of_latency(uint64_t ns)
{
    struct text text;
    double value = (double)ns / 1000;
    const char *unit = "us";
    if (value >= 1e6)
        value /= 1e6, unit = "s";
    else if (value >= 1000)
        value /= 1000, unit = "ms";
    int digits = value >= 99.95 || unit[0] == 'u' ? 0 : value >= 9.995 ? 1 : 2;
    snprintf(text.bytes, sizeof text.bytes, "%.*f %s", digits, value, unit);
    return text;
}

struct text text_of_distance(unix_ms moment_ms, unix_ms now_ms)
{
    struct text text;
    bool future = moment_ms > now_ms;
    struct text span = text_of_span(future ? moment_ms - now_ms : now_ms - moment_ms);
    snprintf(text.bytes, sizeof text.bytes, future ? "in %.40s" : "%.40s ago", span.bytes);
    return text;
}

struct text text_of_bytes(uint64_t bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    struct text text;
    double count = (double)bytes;
    size_t unit = 0;
    for (; count >= 1024 && unit + 1 < sizeof units / sizeof units[0]; unit++)
        count /= 1024;
    snprintf(text.bytes, sizeof text.bytes, unit == 0 ? "%.0f %s" : "%.1f %s", count, units[unit]);
    return text;
}

struct text text_of_id(ProtobufCBinaryData id)
{
    struct text text = {"-"};
    if (id.len == ONSALE_ID_BYTES) onsale_id_print(id.data, text.bytes);
    return text;
}

const char *text_of_enum(const ProtobufCEnumDescriptor *descriptor, int value)
{
    const ProtobufCEnumValue *zero = protobuf_c_enum_descriptor_get_value(descriptor, 0);
    const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(descriptor, value);
    if (zero == NULL || found == NULL) return "?";
    return found->name + (strlen(zero->name) - strlen("UNSPECIFIED"));
}

bool number_parse(const char *text, size_t length, uint64_t *ret_number)
{
    uint64_t number = 0;
    if (length == 0) return false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') return false;
        if (__builtin_mul_overflow(number, 10u, &number)) return false;
        if (__builtin_add_overflow(number, (uint64_t)(text[i] - '0'), &number)) return false;
    }
    *ret_number = number;
    return true;
}

/* Whether the text begins with this shape, in which 0 stands for any digit. */
static bool begins_like(const char *text, const char *shape)
{
    for (size_t i = 0; shape[i] != '\0'; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == '0' ? !digit : text[i] != shape[i]) return false;
    }
    return true;
}

/* "+09:00" or "Z", to the end. */
static bool offset_parse(const char *text, int64_t *ret_seconds)
{
    unsigned hours, minutes;
    if (strcmp(text, "Z") == 0 || strcmp(text, "z") == 0) {
        *ret_seconds = 0;
        return true;
    }
    if (text[0] != '+' && text[0] != '-') return false;
    if (!begins_like(text + 1, "00:00") || text[6] != '\0') return false;
    if (sscanf(text + 1, "%2u:%2u", &hours, &minutes) != 2 || hours > 23 || minutes > 59)
        return false;
    int64_t seconds = (int64_t)hours * 3600 + (int64_t)minutes * 60;
    *ret_seconds = text[0] == '-' ? -seconds : seconds;
    return true;
}

/* ".123" or nothing; moves on past it. */
static bool fraction_parse(const char **text, int64_t *ret_ms)
{
    *ret_ms = 0;
    if (**text != '.') return true;
    size_t digits = strspn(++*text, "0123456789");
    for (size_t i = 0; i < 3; i++)
        *ret_ms = *ret_ms * 10 + (i < digits ? (*text)[i] - '0' : 0);
    *text += digits;
    return digits > 0;
}

/* Reads parts of a time, whose text begins with this shape.
 * @param make  timegm or mktime.
 * @return Behind them; NULL if it does not begin so, or there is no such day: 30 February. */
static const char *time_parse(const char *text, const char *shape, const char *format,
                              time_t (*make)(struct tm *), int64_t *ret_seconds)
{
    struct tm parts = {.tm_isdst = -1};
    const char *rest = begins_like(text, shape) ? strptime(text, format, &parts) : NULL;
    int day = parts.tm_mday, month = parts.tm_mon;
    *ret_seconds = make(&parts);
    return parts.tm_mday == day && parts.tm_mon == month ? rest : NULL;
}

bool moment_parse(const char *text, unix_ms *ret_moment_ms)
{
    int64_t seconds, fraction_ms, offset_seconds;
    const char *rest =
        time_parse(text, "0000-00-00T00:00:00", "%Y-%m-%dT%H:%M:%S", timegm, &seconds);
    if (rest == NULL || !fraction_parse(&rest, &fraction_ms) ||
        !offset_parse(rest, &offset_seconds))
        return false;
    *ret_moment_ms = (seconds - offset_seconds) * MS_PER_SECOND + fraction_ms;
    return true;
}

bool moment_parse_local(const char *text, unix_ms *ret_moment_ms)
{
    static const struct {
        const char *shape;
        const char *format;
    } forms[] = {
        {"0000-00-00", "%Y-%m-%d"},
        {"0000-00-00 00:00", "%Y-%m-%d %H:%M"},
        {"0000-00-00 00:00:00", "%Y-%m-%d %H:%M:%S"},
    };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        int64_t seconds;
        const char *rest = time_parse(text, forms[i].shape, forms[i].format, mktime, &seconds);
        if (rest == NULL || *rest != '\0') continue;
        *ret_moment_ms = seconds * MS_PER_SECOND;
        return true;
    }
    return false;
}

unix_ms clock_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (unix_ms)now.tv_sec * MS_PER_SECOND + now.tv_nsec / 1000000;
}
