#include "service/log_format.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "rpc/wire/utf8.h"
#include "service/log_names.h"

/* Syslog's numbers. */
static const char *const journal_levels[] = {"<3>", "<4>", "<6>", "<7>"};

enum { END_BYTES = 8, WHEN_BYTES = 32, ESCAPE_BYTES = 8, NAME_BYTES = 64 };

/* Room for the end of the line is kept back. */
struct line {
    char *text;
    size_t length;
    bool is_cut;
};

static void add_bytes(struct line *line, const char *bytes, size_t size)
{
    if (line->is_cut || line->length + size > LOG_RECORD_BYTES - END_BYTES) {
        line->is_cut = true;
        return;
    }
    memcpy(line->text + line->length, bytes, size);
    line->length += size;
}

static void add(struct line *line, const char *text)
{
    add_bytes(line, text, strlen(text));
}

static void end(struct line *line, const char *text)
{
    memcpy(line->text + line->length, text, strlen(text));
    line->length += strlen(text);
}

/* Bytes of the character that begins here, of a text; never cut in the middle of one. */
static size_t character_size(const char *at)
{
    size_t size = 1;
    while (((unsigned char)at[size] & 0xc0) == 0x80)
        size++;
    return size;
}

/* One byte of what is no text, or a character of one byte. */
static void add_byte(struct line *line, char byte, bool is_quoted)
{
    char escaped[ESCAPE_BYTES];
    unsigned char value = (unsigned char)byte;
    if (is_quoted && (byte == '"' || byte == '\\'))
        snprintf(escaped, sizeof escaped, "\\%c", byte);
    else if (value < ' ' || value == 0x7f)
        snprintf(escaped, sizeof escaped, is_quoted ? "\\u%04x" : "?", value);
    else
        snprintf(escaped, sizeof escaped, "%c", value < 0x80 ? byte : '?');
    add(line, escaped);
}

static void add_text(struct line *line, const char *text, bool is_quoted)
{
    bool is_text = utf8_is_text((const uint8_t *)text, strlen(text));
    for (size_t size; *text != '\0'; text += size) {
        size = is_text ? character_size(text) : 1;
        if (size > 1)
            add_bytes(line, text, size);
        else
            add_byte(line, *text, is_quoted);
    }
}

/* There is room for the second quote: behind it a cut line gets nothing but its end. */
static void add_quoted(struct line *line, const char *before, const char *text)
{
    add(line, before);
    if (line->is_cut) return;
    add_text(line, text, true);
    end(line, "\"");
}

static bool is_plain(const char *value)
{
    for (const char *at = value; *at != '\0'; at++)
        if ((unsigned char)*at <= ' ' || strchr("\"=\\", *at) != NULL) return false;
    return value[0] != '\0';
}

/* Of logfmt, and of the fields of a text. */
static void add_pair(struct line *line, const char *name, const char *value)
{
    char before[NAME_BYTES];
    bool plain = is_plain(value);
    snprintf(before, sizeof before, plain ? " %s=" : " %s=\"", name);
    if (!plain) {
        add_quoted(line, before, value);
        return;
    }
    add(line, before);
    add_text(line, value, false);
}

static void add_member(struct line *line, const char *name, const char *value)
{
    char before[NAME_BYTES];
    snprintf(before, sizeof before, ",\"%s\":\"", name);
    add_quoted(line, before, value);
}

static void write_when(unix_ms at_ms, char ret_when[WHEN_BYTES])
{
    struct tm utc;
    time_t seconds = at_ms / MS_PER_SECOND;
    size_t length = strftime(ret_when, WHEN_BYTES, "%Y-%m-%dT%H:%M:%S", gmtime_r(&seconds, &utc));
    snprintf(ret_when + length, WHEN_BYTES - length, ".%03dZ", (int)(at_ms % MS_PER_SECOND));
}

static void write_text_begin(const struct log_record *record, struct line *line)
{
    char begin[WHEN_BYTES + 64];
    char when[WHEN_BYTES];
    write_when(record->at_ms, when);
    snprintf(begin, sizeof begin, "%s %.32s[%d]: ", when, record->program, record->pid);
    add(line, begin);
    if (record->level == LOG_INFO) return;
    add(line, log_level_names[record->level]);
    add(line, ": ");
}

static void write_text(const struct log_record *record, struct line *line)
{
    if (!record->is_for_journal) write_text_begin(record, line);
    add_text(line, record->message, false);
    for (size_t i = 0; i < record->fields_count; i++)
        add_pair(line, record->fields[i].name, record->fields[i].value);
    end(line, "\n");
}

static void write_logfmt(const struct log_record *record, struct line *line)
{
    char when[WHEN_BYTES];
    write_when(record->at_ms, when);
    add(line, "time=");
    add(line, when);
    add_pair(line, "level", log_level_names[record->level]);
    add_pair(line, "msg", record->message);
    for (size_t i = 0; i < record->fields_count; i++)
        add_pair(line, record->fields[i].name, record->fields[i].value);
    end(line, "\n");
}

static void write_json(const struct log_record *record, struct line *line)
{
    char begin[WHEN_BYTES + 32];
    char when[WHEN_BYTES];
    write_when(record->at_ms, when);
    snprintf(begin, sizeof begin, "{\"time\":\"%s\",\"pid\":%d", when, record->pid);
    add(line, begin);
    add_member(line, "level", log_level_names[record->level]);
    add_member(line, "msg", record->message);
    for (size_t i = 0; i < record->fields_count; i++)
        add_member(line, record->fields[i].name, record->fields[i].value);
    end(line, "}\n");
}

size_t log_record_write(const struct log_record *record, enum log_format format,
                        char ret_line[LOG_RECORD_BYTES])
{
    struct line line = {.text = ret_line};
    if (record->is_for_journal) add(&line, journal_levels[record->level]);
    if (format == LOG_LOGFMT)
        write_logfmt(record, &line);
    else if (format == LOG_JSON)
        write_json(record, &line);
    else
        write_text(record, &line);
    return line.length;
}
