#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "cli/i18n.h"

/* A heading of the help, or a command under it. */
struct entry {
    const char *heading; /* NULL for a command */
    struct cli_command command;
};

static const struct entry entries[] = {
    {N_("CARE"), {0}},
    {NULL,
     {"help", "[COMMAND]", N_("This, or more about one command"), "",
      cmd_help}},
    {NULL, {"version", "", N_("Which p2pub this is"), "", cmd_version}},
};

#define ENTRIES (sizeof(entries) / sizeof(entries[0]))

const struct cli_command *
command_find(const char *name)
{
    for (size_t i = 0; i < ENTRIES; i++)
        if (entries[i].heading == NULL &&
            strcmp(entries[i].command.name, name) == 0)
            return &entries[i].command;
    return NULL;
}

/* How many letters must be changed, left out or put in (Levenshtein). */
static size_t
distance(const char *a, const char *b)
{
    enum {
        LONGEST = 16
    };

    size_t row[LONGEST + 1];
    size_t size = strlen(b);

    if (size > LONGEST || strlen(a) > LONGEST)
        return LONGEST;
    for (size_t j = 0; j <= size; j++)
        row[j] = j;
    for (size_t i = 0; a[i] != '\0'; i++) {
        size_t diagonal = row[0];

        row[0] = i + 1;
        for (size_t j = 1; j <= size; j++) {
            size_t best = diagonal + (a[i] == b[j - 1] ? 0 : 1);

            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[size];
}

const struct cli_command *
command_nearest(const char *name)
{
    const struct cli_command *nearest = NULL;
    size_t least = 4; /* farther is no help */

    for (size_t i = 0; i < ENTRIES; i++) {
        size_t far;

        if (entries[i].heading != NULL)
            continue;
        far = distance(name, entries[i].command.name);
        if (far < least) {
            least = far;
            nearest = &entries[i].command;
        }
    }
    return nearest;
}

static void
show_all(void)
{
    (void)printf("%s", _("p2pub carries signed public statements.\n"));
    for (size_t i = 0; i < ENTRIES; i++) {
        const struct cli_command *command = &entries[i].command;

        if (entries[i].heading != NULL)
            (void)printf("%s\n", _(entries[i].heading));
        else
            (void)printf("  %-10s%s\n", command->name, _(command->summary));
    }
    (void)printf("%s", _("Every command: --home DIR --json --quiet --color\n"
                         "p2pub help COMMAND has examples.\n"));
}

void
command_show_help(const struct cli_command *command)
{
    if (command == NULL) {
        show_all();
        return;
    }
    (void)printf("p2pub %s %s\n%s\n", command->name, command->usage,
                 _(command->summary));
    if (command->help[0] != '\0')
        (void)printf("\n%s", _(command->help));
}
