#include "client/command/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

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

static void format_local(unix_ms moment_ms, const char *format, struct text *text)
{
    time_t seconds = (time_t)(moment_ms / MS_PER_SECOND);
    struct tm parts;
    if (localtime_r(&seconds, &parts) == NULL ||
        strftime(text->bytes, sizeof text->bytes, format, &parts) == 0)
        snprintf(text->bytes, sizeof text->bytes, "%" PRId64 " ms", moment_ms);
}

struct text text_of_moment(unix_ms moment_ms)
{
    struct text text;
    format_local(moment_ms, "%a %Y-%m-%d %H:%M", &text);
    return text;
}

struct text text_of_instant(unix_ms moment_ms)
{
    struct text text;
    format_local(moment_ms, "%Y-%m-%d %H:%M:%S", &text);
    size_t length = strlen(text.bytes);
    snprintf(text.bytes + length, sizeof text.bytes - length, ".%03d",
             (int)(moment_ms % MS_PER_SECOND));
    return text;
}

struct text text_of_span(int64_t span_ms)
{
    struct text text;
    int64_t ms = span_ms < 0 ? 0 : span_ms, seconds = ms / 1000, minutes = seconds / 60,
            hours = minutes / 60;
    size_t size = sizeof text.bytes;
    if (ms < 1000)
        snprintf(text.bytes, size, "%" PRId64 " ms", ms);
    else if (seconds < 10)
        snprintf(text.bytes, size, "%" PRId64 ".%" PRId64 " s", seconds, ms % 1000 / 100);
    else if (minutes < 1)
        snprintf(text.bytes, size, "%" PRId64 " s", seconds);
    else if (hours < 1)
        snprintf(text.bytes, size, "%" PRId64 " min %" PRId64 " s", minutes, seconds % 60);
    else if (hours < 48)
        snprintf(text.bytes, size, "%" PRId64 " h %" PRId64 " min", hours, minutes % 60);
    else
        snprintf(text.bytes, size, "%" PRId64 " days", hours / 24);
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

/* "+09:00" or "Z", to the end. */
static bool offset_parse(const char *text, int64_t *ret_seconds)
{
    unsigned hours, minutes;
    int end = 0;
    if (strcmp(text, "Z") == 0 || strcmp(text, "z") == 0) {
        *ret_seconds = 0;
        return true;
    }
    if (strlen(text) != 6 || sscanf(text + 1, "%2u:%2u%n", &hours, &minutes, &end) != 2 || end != 5)
        return false;
    if ((text[0] != '+' && text[0] != '-') || hours > 23 || minutes > 59) return false;
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

static bool looks_like_date_and_time(const char *text)
{
    static const char shape[] = "0000-00-00T00:00:00";
    for (size_t i = 0; i < sizeof shape - 1; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == '0' ? !digit : text[i] != shape[i]) return false;
    }
    return true;
}

bool moment_parse(const char *text, unix_ms *ret_moment_ms)
{
    struct tm parts = {0};
    if (!looks_like_date_and_time(text)) return false;
    const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &parts);
    if (rest == NULL) return false;
    int64_t fraction_ms, offset_seconds;
    if (!fraction_parse(&rest, &fraction_ms) || !offset_parse(rest, &offset_seconds)) return false;
    int day = parts.tm_mday, month = parts.tm_mon;
    int64_t seconds = timegm(&parts);
    if (parts.tm_mday != day || parts.tm_mon != month) return false; /* 30 February */
    *ret_moment_ms = (seconds - offset_seconds) * MS_PER_SECOND + fraction_ms;
    return true;
}

size_t text_width(const char *text)
{
    size_t width = 0;
    mbstate_t state = {0};
    while (*text != '\0') {
        wchar_t character;
        size_t length = mbrtowc(&character, text, strlen(text), &state);
        if (length == (size_t)-1 || length == (size_t)-2) {
            state = (mbstate_t){0};
            length = 1;
            width++;
        } else {
            int columns = wcwidth(character);
            width += columns < 0 ? 1 : (size_t)columns;
        }
        text += length;
    }
    return width;
}

unix_ms clock_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (unix_ms)now.tv_sec * MS_PER_SECOND + now.tv_nsec / 1000000;
}
