/*
 * The verbs of keys: what each takes, its help, and what it does.
 */
#ifndef P2PUB_CLI_KEYS_VERB_H
#define P2PUB_CLI_KEYS_VERB_H

#include "cli/cli.h"
#include "cli/keys.h"

struct keys_verb {
    const char *name;
    struct cli_command page; /* its help; run is NULL */
    int operands;            /* at most, behind the verb */
    const char *options;     /* the letters of those that it takes, as in
                                cli/cmd_keys.c */
    int (*run)(struct cli *cli, struct keys_request *request);
};

/* The verb called name, or NULL. */
const struct keys_verb *keys_verb_find(const char *name);

#endif
