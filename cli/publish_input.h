/*
 * The texts that publish is given: read, checked, and named by language.
 */
#ifndef P2PUB_CLI_PUBLISH_INPUT_H
#define P2PUB_CLI_PUBLISH_INPUT_H

#include <stdbool.h>

#include "bundles/language.h"
#include "bundles/manuscript.h"
#include "cli/cli.h"
#include "core/bytes.h"

/* One text, fit for publishing.  All zero is none. */
struct publish_input {
    const char *path; /* the command line's */
    char language[LANGUAGE_TEXT_SIZE];
    bool is_plain; /* .txt: text/plain */
    struct byte_buf text;
};

/*
 * Read the text at path.  Its language is `language` (a tag in any case),
 * else, with NULL, that of a name like statement.ru.md, else `und`.  Says what
 * was mended, and what is wrong with a file that is none: a saved web page, a
 * PDF and a word processor's file are recognised.  publish_input_release *out
 * after success and failure.
 */
int publish_input_read(struct cli *cli, const char *path, const char *language,
                       struct publish_input *out);
void publish_input_release(struct publish_input *input);

/* The title that the text gives itself; CLI_FAILED, said, if it has none. */
int publish_input_title(struct cli *cli, const struct publish_input *input,
                        char out[MANUSCRIPT_TITLE_SIZE]);

#endif
