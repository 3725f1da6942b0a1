/*
 * What the command line says of an identity: recovery keys and threshold,
 * names, a web address.
 */
#ifndef P2PUB_CLI_IDENTITY_OPTIONS_H
#define P2PUB_CLI_IDENTITY_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/identity.h"
#include "bundles/language.h"
#include "cli/cli.h"
#include "core/key.h"

/* All zero: nothing was said.  Texts are argv's. */
struct identity_options {
    size_t recovery_count;
    struct key_public recovery[16];
    bool has_threshold;
    uint32_t threshold; /* only valid when has_threshold */
    size_t name_count;  /* by tag, ascending */
    struct identity_name names[16];
    char languages[16][LANGUAGE_TEXT_SIZE]; /* of names, in the order in which
                                               they were given */
    const char *web;                        /* or NULL; empty for none */
};

/* Take the value of --recovery, --threshold, --name-in LANG=TEXT or --web; an
 * exit code. */
int identity_options_add_recovery(struct cli *cli,
                                  struct identity_options *options,
                                  const char *key);
int identity_options_set_threshold(struct cli *cli,
                                   struct identity_options *options,
                                   const char *number);
int identity_options_add_name(struct cli *cli, struct identity_options *options,
                              const char *name);
int identity_options_set_web(struct cli *cli, struct identity_options *options,
                             const char *web);

/* True if anything was said. */
bool identity_options_are_given(const struct identity_options *options);

/*
 * Put what was said into identity, which keeps the rest: other recovery keys
 * replace all of its own, and where their number changes and no threshold was
 * said it becomes more than half of them.  author is whose identity it is, or
 * NULL.  Views point into options.  An exit code for what no identity may say.
 */
int identity_options_apply(struct cli *cli,
                           const struct identity_options *options,
                           const struct key_author *author,
                           struct identity *identity);

#endif
