/*
 * Which of a statement's texts a reader is shown.
 */
#ifndef P2PUB_CLI_TEXT_CHOICE_H
#define P2PUB_CLI_TEXT_CHOICE_H

#include <stddef.h>

#include "bundles/language.h"
#include "cli/cli.h"
#include "cli/subject.h"
#include "core/bytes.h"

/* The reader's language, for what is shown in the one that suits: that of --lang
 * (cli->language), else that of LC_ALL, LC_MESSAGES or LANG; empty for none. */
void text_choice_language(const struct cli *cli, char out[LANGUAGE_TEXT_SIZE]);

/* Set cli->language to tag, as a person typed it with --lang.  CLI_USAGE for
 * what is no tag. */
int text_choice_take_language(struct cli *cli, const char *tag);

/* For a statement that has no text, only attachments. */
#define TEXT_CHOICE_NONE ((size_t)-1)

/*
 * The index of the file to show: in the language of --lang, or an error; else
 * in that of the environment if there is such a text, else the first, and one
 * that is here before one that has not arrived.
 *
 * CLI_DONE or CLI_NOT_FOUND.
 */
int text_choice_make(struct cli *cli, const struct subject *subject,
                     size_t *out);

/*
 * Append file number index of subject to out, which has room for
 * PUBLISH_TEXT_MAX octets.  Said: CLI_NOT_FOUND for one that has not arrived,
 * CLI_NOT_VERIFIED for one that is not what was signed, and others.
 */
int text_choice_read(struct cli *cli, const struct subject *subject,
                     size_t index, struct byte_buf *out);

#endif
