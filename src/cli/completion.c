/* Completion scripts for bash and zsh: verbs, second words, options. Made from the verb table. */
#include <string.h>

#include "cli/cli.h"

static size_t first_word(const char *name)
{
    return strcspn(name, " ");
}

/* The first words of all verbs, each once (verbs of one family stand together). */
static void first_words(FILE *f)
{
    for (size_t i = 0; i < n_verbs; i++) {
        size_t n = first_word(verbs[i].name);
        if (i > 0 && first_word(verbs[i - 1].name) == n && memcmp(verbs[i].name, verbs[i - 1].name, n) == 0) continue;
        fprintf(f, "%s%.*s", i ? " " : "", (int)n, verbs[i].name);
    }
}

static void words_of(const struct verb *v, FILE *f)
{
    if (strcmp(v->name, "completion") == 0) fputs("bash zsh ", f);
    for (size_t i = 0; i < v->n_options; i++) fprintf(f, "--%s ", v->options[i].name);
    for (size_t i = 0; i < n_global_options; i++)
        fprintf(f, "--%s%s", global_options[i].name, i + 1 < n_global_options ? " " : "");
}

/* One arm for each verb: a pattern over "first second" and the words that may follow. */
static void arms(FILE *f)
{
    for (size_t i = 0; i < n_verbs; i++) {
        const char *name = verbs[i].name;
        fprintf(f, "    \"%s\"%s) words_here=\"", name, strchr(name, ' ') ? "" : "*");
        words_of(&verbs[i], f);
        fputs("\" ;;\n", f);
    }
    for (size_t i = 0; i < n_verbs; i++) {
        const char *name = verbs[i].name;
        size_t n = first_word(name);
        if (!name[n] || (i > 0 && strncmp(verbs[i - 1].name, name, n + 1) == 0)) continue;
        fprintf(f, "    \"%.*s \"*) words_here=\"", (int)n, name);
        for (size_t j = i; j < n_verbs; j++)
            if (strncmp(verbs[j].name, name, n + 1) == 0) fprintf(f, "%s%s", j > i ? " " : "", verbs[j].name + n + 1);
        fputs("\" ;;\n", f);
    }
}

static void bash(FILE *f)
{
    fputs("# bash completion for planctl\n_planctl()\n{\n    local cur=\"${COMP_WORDS[COMP_CWORD]}\" words_here=\"\"\n"
          "    if ((COMP_CWORD == 1)); then\n        words_here=\"", f);
    first_words(f);
    fputs("\"\n    else\n    local second=\"\"\n    ((COMP_CWORD > 2)) && second=\"${COMP_WORDS[2]}\"\n"
          "    case \"${COMP_WORDS[1]} $second\" in\n", f);
    arms(f);
    fputs("    esac\n    fi\n    mapfile -t COMPREPLY < <(compgen -W \"$words_here\" -- \"$cur\")\n"
          "    if [[ $cur != -* ]]; then\n        mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -f -- "
          "\"$cur\")\n    fi\n}\n"
          "complete -o filenames -F _planctl planctl\n",
          f);
}

static void zsh(FILE *f)
{
    fputs("#compdef planctl\n# zsh completion for planctl\n_planctl()\n{\n    local words_here=\"\"\n"
          "    if ((CURRENT == 2)); then\n        words_here=\"", f);
    first_words(f);
    fputs("\"\n    else\n    local second=\"\"\n    ((CURRENT > 3)) && second=\"${words[3]}\"\n"
          "    case \"${words[2]} $second\" in\n", f);
    arms(f);
    fputs("    esac\n    fi\n    compadd -- ${=words_here}\n    [[ $PREFIX == -* ]] || _files\n}\n_planctl \"$@\"\n",
          f);
}

bool completion_write(const char *shell, FILE *f)
{
    if (strcmp(shell, "bash") == 0) bash(f);
    else if (strcmp(shell, "zsh") == 0) zsh(f);
    else return false;
    return true;
}
