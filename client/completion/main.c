/* onsale-completion -- Prints what bash or zsh needs to complete the words of onsale, made of the
 * table of commands. The build runs it. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "client/command/command.h"
#include "client/command/settings.h"

enum { WORD_BYTES = 32 };

/* --- bash ------------------------------------------------------------------------------------- */

static void print_options(const uint8_t *list)
{
    for (; *list != PARAMETER_NONE; list++)
        if (parameters[*list].option != NULL) printf(" --%s", parameters[*list].option);
}

static bool takes_file(const struct command *command)
{
    for (const uint8_t *name = command->takes; *name != PARAMETER_NONE; name++)
        if (*name == PARAMETER_CATALOGUE || *name == PARAMETER_PATH || *name == PARAMETER_USERS)
            return true;
    return false;
}

/* What follows the words that were typed, whichever command it will be. */
static void print_next_words(void)
{
    puts("    for words in \"${commands[@]}\"; do\n"
         "        [[ \"$words \" == \"$typed\"* ]] || continue\n"
         "        next=${words#\"$typed\"}\n"
         "        COMPREPLY+=(\"${next%% *}\")\n"
         "    done");
}

static void print_bash_choices(void)
{
    for (size_t name = 1; name < PARAMETER_COUNT; name++) {
        if (parameters[name].kind != KIND_CHOICE) continue;
        printf("    --%s) COMPREPLY=($(compgen -W '", parameters[name].option);
        for (const char *at = parameters[name].value; *at != '\0'; at++)
            putchar(*at == '|' ? ' ' : *at);
        puts("' -- \"$current\")); return ;;");
    }
}

static void print_bash_options(void)
{
    for (size_t i = 0; i < commands_count; i++) {
        printf("    '%s ') options='", commands[i].words);
        print_options(commands[i].takes);
        printf("'%s ;;\n", takes_file(&commands[i]) ? "; files=yes" : "");
    }
}

static void print_bash(void)
{
    puts("# bash completion for onsale, made of its table of commands\n"
         "_onsale() {\n"
         "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
         "    local word words typed='' next options='' files=''\n"
         "    local -a commands=(");
    for (size_t i = 0; i < commands_count; i++)
        printf("        '%s'\n", commands[i].words);
    puts("        'help'\n"
         "    )\n"
         "    COMPREPLY=()\n"
         "    case $previous in");
    print_bash_choices();
    puts("    esac\n"
         "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "        [[ $word == -* ]] && break\n"
         "        typed+=\"$word \"\n"
         "    done\n"
         "    [[ $typed == 'help '* ]] && typed=${typed#help }\n"
         "    if [[ $current != -* ]]; then");
    print_next_words();
    puts("        COMPREPLY=($(compgen -W \"${COMPREPLY[*]}\" -- \"$current\"))\n"
         "        [[ ${#COMPREPLY[@]} -gt 0 ]] && return\n"
         "    fi\n"
         "    for words in \"${commands[@]}\"; do\n"
         "        [[ $typed == \"$words \"* ]] && typed=\"$words \"\n"
         "    done\n"
         "    case $typed in");
    print_bash_options();
    puts("    esac");
    printf("    options+='");
    print_options(global_parameters);
    puts("'\n"
         "    if [[ $current == -* ]]; then\n"
         "        COMPREPLY=($(compgen -W \"$options\" -- \"$current\"))\n"
         "    elif [[ $files == yes ]]; then\n"
         "        compopt -o filenames\n"
         "        COMPREPLY=($(compgen -f -- \"$current\"))\n"
         "    fi\n"
         "}\n"
         "complete -F _onsale onsale");
}

/* --- zsh -------------------------------------------------------------------------------------- */

/* Inside '...' of zsh, where _describe and _arguments mind ":" and brackets. */
static void print_escaped(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'') fputs("'\\'", stdout);
        if (strchr(":[]\\", *text) != NULL) putchar('\\');
        putchar(*text);
    }
}

static void print_zsh_option(const struct parameter *parameter)
{
    printf("            '--%s%s[", parameter->option, parameter->kind == KIND_FLAG ? "" : "=");
    print_escaped(parameter->help);
    putchar(']');
    if (parameter->kind == KIND_CHOICE) {
        printf(":value:(");
        for (const char *at = parameter->value; *at != '\0'; at++)
            putchar(*at == '|' ? ' ' : *at);
        putchar(')');
    } else if (parameter->kind != KIND_FLAG) {
        printf(":%s: ", parameter->value);
    }
    puts("'");
}

static void print_zsh_options(const uint8_t *list)
{
    for (; *list != PARAMETER_NONE; list++)
        if (parameters[*list].option != NULL) print_zsh_option(&parameters[*list]);
}

/* The part of a command's words that comes at a place; "" behind the last. */
static void word_at(const char *words, size_t place, char ret_word[WORD_BYTES])
{
    for (; place > 0 && *words != '\0'; place--) {
        words += strcspn(words, " ");
        words += *words == ' ';
    }
    snprintf(ret_word, WORD_BYTES, "%.*s", (int)strcspn(words, " "), words);
}

/* Whether an earlier command begins with the same words, of this length together. */
static bool is_repeated(size_t row, size_t length)
{
    for (size_t i = 0; i < row; i++)
        if (strncmp(commands[i].words, commands[row].words, length) == 0 &&
            (commands[i].words[length] == ' ' || commands[i].words[length] == '\0'))
            return true;
    return false;
}

static void print_zsh_words(void)
{
    for (size_t i = 0; i < commands_count; i++) {
        size_t length = 0;
        for (size_t place = 0; commands[i].words[length] != '\0' || place == 0; place++) {
            char word[WORD_BYTES];
            size_t before = length;
            word_at(commands[i].words, place, word);
            length += (length > 0) + strlen(word);
            if (!is_repeated(i, length)) {
                printf("    next+=('%.*s|%s:", (int)before, commands[i].words, word);
                print_escaped(commands[i].words[length] == '\0' ? commands[i].summary
                                                                : "several commands");
                puts("')");
            }
        }
    }
}

static void print_zsh(void)
{
    puts("#compdef onsale\n"
         "# zsh completion for onsale, made of its table of commands\n"
         "# The rows of next that begin so go to found, without that.\n"
         "_onsale_rows() {\n"
         "    found=()\n"
         "    for row in \"$next[@]\"; do\n"
         "        [[ ${row[1,$#1]} == \"$1\" ]] && found+=(\"${row#*\\|}\")\n"
         "    done\n"
         "    (( $#found ))\n"
         "}\n"
         "_onsale() {\n"
         "    local -a next found options\n"
         "    local typed='' place=2 row");
    print_zsh_words();
    puts("    [[ $words[2] == help ]] && place=3\n"
         "    while (( place < CURRENT )); do\n"
         "        _onsale_rows \"$typed|$words[place]:\" || break\n"
         "        typed+=\"${typed:+ }$words[place]\"\n"
         "        (( place++ ))\n"
         "    done\n"
         "    if (( place == CURRENT )) && _onsale_rows \"$typed|\"; then\n"
         "        _describe -t commands 'onsale command' found\n"
         "        return\n"
         "    fi\n"
         "    case $typed in");
    for (size_t i = 0; i < commands_count; i++) {
        printf("    '%s')\n        options=(\n", commands[i].words);
        print_zsh_options(commands[i].takes);
        printf("        )\n");
        if (takes_file(&commands[i])) puts("        options+=('*:file:_files')");
        puts("        ;;");
    }
    puts("    esac\n    options+=(");
    print_zsh_options(global_parameters);
    puts("    )\n"
         "    shift $(( place - 1 )) words\n"
         "    (( CURRENT -= place - 1 ))\n"
         "    words=(onsale $words)\n"
         "    (( CURRENT++ ))\n"
         "    _arguments -s \"$options[@]\"\n"
         "}\n"
         "_onsale \"$@\"");
}

int main(int argc, char **argv)
{
    if (argc != 2 || (strcmp(argv[1], "bash") != 0 && strcmp(argv[1], "zsh") != 0)) return 2;
    if (strcmp(argv[1], "bash") == 0)
        print_bash();
    else
        print_zsh();
    return 0;
}
