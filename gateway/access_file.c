#include "gateway/access_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 8, LINE_BYTES = 1024, LIMIT_MAX = 1000 * 1000, HEXADECIMAL = 16, DECIMAL = 10 };

/* --- A line ------------------------------------------------------------------------------------
 */

/* @return How many words there are, WORDS_MAX + 1 if too many. */
static size_t split(char *line, char *ret_words[WORDS_MAX])
{
    size_t count = 0;
    char *rest = line;
    line[strcspn(line, "#\r\n")] = '\0';
    for (char *word = strtok_r(line, " \t", &rest); word != NULL;
         word = strtok_r(NULL, " \t", &rest)) {
        if (count == WORDS_MAX) return WORDS_MAX + 1;
        ret_words[count++] = word;
    }
    return count;
}

static bool read_role(const char *word, enum role *ret_role)
{
    static const char *const names[] = {"public", "service", "admin"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(word, names[i]) == 0) {
            *ret_role = (enum role)i;
            return true;
        }
    return false;
}

static bool read_hash(const char *word, uint8_t ret_hash[ACCESS_HASH_BYTES])
{
    if (strlen(word) != 2 * (size_t)ACCESS_HASH_BYTES ||
        strspn(word, "0123456789abcdef") != strlen(word))
        return false;
    for (size_t i = 0; i < ACCESS_HASH_BYTES; i++) {
        const char digits[] = {word[2 * i], word[2 * i + 1], '\0'};
        ret_hash[i] = (uint8_t)strtoul(digits, NULL, HEXADECIMAL);
    }
    return true;
}

static bool read_number(const char *text, uint32_t *ret_number)
{
    char *end;
    errno = 0;
    unsigned long number = strtoul(text, &end, DECIMAL);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || number < 1 ||
        number > LIMIT_MAX)
        return false;
    *ret_number = (uint32_t)number;
    return true;
}

/* "rate=20" */
static bool read_limit(const char *word, struct rate_limit *limit)
{
    if (strncmp(word, "rate=", 5) == 0) return read_number(word + 5, &limit->per_second);
    if (strncmp(word, "burst=", 6) == 0) return read_number(word + 6, &limit->burst);
    return strncmp(word, "at-once=", 8) == 0 && read_number(word + 8, &limit->at_once);
}

/* What follows who it is. */
static const char *read_rest(char *const *words, size_t count, struct access_rule *rule)
{
    if (count == 0 || !read_role(words[0], &rule->role))
        return "names no role: public, service or admin";
    for (size_t i = 1; i < count; i++)
        if (!read_limit(words[i], &rule->limit))
            return "has something that is not rate=N, burst=N or at-once=N, N from 1 to 1000000";
    if (rule->limit.burst > 0 && rule->limit.per_second == 0) return "has a burst without a rate";
    if (rule->limit.burst == 0) rule->limit.burst = rule->limit.per_second;
    return NULL;
}

static const char *read_rule(char *const *words, size_t count, struct access_rule *rule)
{
    if (strcmp(words[0], "everybody") == 0) {
        rule->kind = ACCESS_EVERYBODY;
        return read_rest(words + 1, count - 1, rule);
    }
    bool is_key = strcmp(words[0], "key") == 0;
    size_t who = is_key ? 3 : 2;
    if (!is_key && strcmp(words[0], "certificate") != 0)
        return "begins with none of everybody, certificate, key";
    rule->kind = is_key ? ACCESS_KEY : ACCESS_CERTIFICATE;
    if (count < 2 || strlen(words[1]) >= ACCESS_NAME_BYTES) return "has no name, or a long one";
    strcpy(rule->name, words[1]);
    if (is_key && (count < who || !read_hash(words[2], rule->hash)))
        return "has no SHA-256 in 64 small hexadecimal digits behind its name";
    return read_rest(words + who, count - who, rule);
}

const char *access_line_read(char *line, struct access_rule *ret_rule, bool *ret_has_rule)
{
    char *words[WORDS_MAX];
    struct access_rule rule = {.kind = ACCESS_EVERYBODY};
    size_t count = split(line, words);
    *ret_has_rule = count > 0;
    if (count == 0) return NULL;
    if (count > WORDS_MAX) return "has too many words";
    const char *problem = read_rule(words, count, &rule);
    if (problem == NULL) *ret_rule = rule;
    return problem;
}

/* --- The file ----------------------------------------------------------------------------------
 */

static bool is_taken(const struct access_list *list, const struct access_rule *rule)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->rules[i].kind == rule->kind && strcmp(list->rules[i].name, rule->name) == 0)
            return true;
    return false;
}

static const char *add_line(char *line, struct access_list *list)
{
    struct access_rule rule;
    bool has_rule;
    if (strchr(line, '\n') == NULL && strlen(line) == LINE_BYTES - 1) return "is too long";
    const char *problem = access_line_read(line, &rule, &has_rule);
    if (problem != NULL || !has_rule) return problem;
    if (is_taken(list, &rule)) return "is about the same as a line before";
    if (list->count == ACCESS_RULES_MAX) return "is one rule too many";
    list->rules[list->count++] = rule;
    return NULL;
}

static bool read_lines(FILE *file, const char *path, struct access_list *list, char *ret_problem)
{
    char line[LINE_BYTES];
    for (unsigned number = 1; fgets(line, sizeof line, file) != NULL; number++) {
        const char *problem = add_line(line, list);
        if (problem == NULL) continue;
        snprintf(ret_problem, ACCESS_PROBLEM_BYTES, "%s: line %u %s", path, number, problem);
        return false;
    }
    return true;
}

bool access_file_read(const char *path, struct access_list *ret_list, char *ret_problem)
{
    struct access_list list = {.rules = calloc(ACCESS_RULES_MAX, sizeof *list.rules)};
    FILE *file = fopen(path, "re");
    bool is_read = false;
    if (file == NULL || list.rules == NULL)
        snprintf(ret_problem, ACCESS_PROBLEM_BYTES, "%s: %s", path, strerror(errno));
    else
        is_read = read_lines(file, path, &list, ret_problem);
    if (file != NULL) fclose(file);
    if (is_read)
        *ret_list = list;
    else
        free(list.rules);
    return is_read;
}
