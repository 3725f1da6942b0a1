/*
 * A recovery key as a person has it: 24 words on paper.
 *
 * They come from --words-file, else from the terminal without echo; never from
 * an argument or the environment.  Numbers among them are passed over, as they
 * stand on a sheet; of a file that is a whole sheet the rows with numbers are
 * read.  What is wrong with them is named: the word, and the one that may have
 * been meant.
 */
#ifndef P2PUB_CLI_RECOVERY_WORDS_H
#define P2PUB_CLI_RECOVERY_WORDS_H

#include <stdbool.h>

#include "cli/cli.h"
#include "cli/prompt.h"
#include "core/key.h"

/* Where they are to come from. */
struct recovery_source {
    bool ask;         /* --words: at the terminal */
    const char *file; /* --words-file, or NULL; "-" for standard input */
};

/*
 * The recovery key that the words stand for; key_secret_free *out.
 * CLI_USAGE where there is no terminal to ask on and no file; CLI_KEY for what
 * are not the 24 words of a key.
 */
int recovery_words_read(struct cli *cli, const struct recovery_source *source,
                        struct key_secret **out);

/* A new one, and its words; release both, also after a failure. */
int recovery_words_new(struct cli *cli, struct key_secret **out,
                       struct prompt_secret *words);

#endif
