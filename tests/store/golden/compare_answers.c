/* compare_answers -- Whether a server answers as another one did: compare_answers RECORDED NOW
 *
 * Both files are what `answer` of common.sh writes: "> words of the command", "= exit code", and a
 * JSON document. What was recorded must be there now with the same values; fields that have come
 * since may be beside it. The words of a refusal are not compared, its reason is. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

enum { LINE_BYTES_MAX = 4096, DOCUMENT_BYTES_MAX = 1 << 20, PATH_BYTES_MAX = 512 };

/* One answer of a file. */
struct answer {
    char command[LINE_BYTES_MAX];
    char code[LINE_BYTES_MAX];
    char document[DOCUMENT_BYTES_MAX];
};

static char *read_line(FILE *file, char line[LINE_BYTES_MAX])
{
    return fgets(line, LINE_BYTES_MAX, file);
}

static void read_document(FILE *file, char *ret_document)
{
    char line[LINE_BYTES_MAX];
    size_t size = 0;
    long before = ftell(file);
    ret_document[0] = '\0';
    while (read_line(file, line) != NULL && line[0] != '>') {
        size_t more = strlen(line);
        if (size + more < DOCUMENT_BYTES_MAX) memcpy(ret_document + size, line, more + 1);
        size += more;
        before = ftell(file);
    }
    fseek(file, before, SEEK_SET);
}

static bool read_answer(FILE *file, struct answer *answer)
{
    if (read_line(file, answer->command) == NULL || read_line(file, answer->code) == NULL)
        return false;
    read_document(file, answer->document);
    return answer->command[0] == '>' && answer->code[0] == '=';
}

static bool is_same(const json_t *recorded, const json_t *now, const char *path);

static bool has_fields(const json_t *recorded, const json_t *now, const char *path)
{
    const char *name;
    json_t *value;
    bool are_same = true;
    json_object_foreach((json_t *)recorded, name, value)
    {
        char below[PATH_BYTES_MAX];
        snprintf(below, sizeof below, "%.400s.%.100s", path, name);
        if (strcmp(below, ".error.message") != 0)
            are_same = is_same(value, json_object_get(now, name), below) && are_same;
    }
    return are_same;
}

static bool has_items(const json_t *recorded, const json_t *now, const char *path)
{
    bool are_same = json_array_size(recorded) == json_array_size(now);
    if (!are_same)
        printf("  %s: %zu items, now %zu\n", path, json_array_size(recorded), json_array_size(now));
    for (size_t i = 0; are_same && i < json_array_size(recorded); i++) {
        char below[PATH_BYTES_MAX];
        snprintf(below, sizeof below, "%.400s[%zu]", path, i);
        are_same = is_same(json_array_get(recorded, i), json_array_get(now, i), below);
    }
    return are_same;
}

static bool is_same(const json_t *recorded, const json_t *now, const char *path)
{
    if (json_is_object(recorded) && json_is_object(now)) return has_fields(recorded, now, path);
    if (json_is_array(recorded) && json_is_array(now)) return has_items(recorded, now, path);
    if (json_equal((json_t *)recorded, (json_t *)now)) return true;
    char *before = json_dumps(recorded, JSON_ENCODE_ANY);
    char *after = now == NULL ? NULL : json_dumps(now, JSON_ENCODE_ANY);
    printf("  %s: %s, now %s\n", path, before, after == NULL ? "not there" : after);
    free(before);
    free(after);
    return false;
}

static bool is_same_answer(const struct answer *recorded, const struct answer *now)
{
    json_t *before = json_loads(recorded->document, 0, NULL);
    json_t *after = json_loads(now->document, 0, NULL);
    printf("%s", recorded->command);
    bool are_same = strcmp(recorded->command, now->command) == 0 &&
                    strcmp(recorded->code, now->code) == 0 && before != NULL && after != NULL;
    if (!are_same)
        printf("  %s%s  now %s%s", recorded->code, recorded->document, now->code, now->document);
    if (are_same) are_same = is_same(before, after, "");
    json_decref(before);
    json_decref(after);
    return are_same;
}

int main(int argc, char **argv)
{
    static struct answer recorded;
    static struct answer now;
    unsigned answers = 0;
    unsigned different = 0;
    FILE *before = argc == 3 ? fopen(argv[1], "r") : NULL;
    FILE *after = argc == 3 ? fopen(argv[2], "r") : NULL;
    if (before == NULL || after == NULL) return EXIT_FAILURE;
    for (; read_answer(before, &recorded); answers++) {
        if (!read_answer(after, &now)) memset(&now, 0, sizeof now);
        different += !is_same_answer(&recorded, &now);
    }
    bool is_over = feof(before) != 0 && fgetc(after) == EOF;
    fclose(before);
    fclose(after);
    printf("%u answers, %u differ\n", answers, different);
    return answers > 0 && different == 0 && is_over ? EXIT_SUCCESS : EXIT_FAILURE;
}
