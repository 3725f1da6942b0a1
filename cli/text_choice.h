/*
 * Which of a statement's texts a reader is shown.
 */
#ifndef P2PUB_CLI_TEXT_CHOICE_H
#define P2PUB_CLI_TEXT_CHOICE_H

#include <stddef.h>

#include "cli/cli.h"
#include "cli/subject.h"
#include "core/bytes.h"

/* For a statement that has no text, only attachments. */
#define TEXT_CHOICE_NONE ((size_t)-1)

/*
 * The index of the file to show.  asked_for is a language tag as a person
 * typed it: that language, or an error.  NULL: the language of LC_ALL,
 * LC_MESSAGES or LANG if there is such a text, else the first, and one that is
 * here before one that has not arrived.
 *
 * CLI_DONE, CLI_USAGE for what is no tag, or CLI_NOT_FOUND.
 */
int text_choice_make(struct cli *cli, const struct subject *subject,
                     const char *asked_for, size_t *out);

/*
 * Append file number index of subject to out, which has room for
 * PUBLISH_TEXT_MAX octets.  Said: CLI_NOT_FOUND for one that has not arrived,
 * CLI_NOT_VERIFIED for one that is not what was signed, and others.
 */
int text_choice_read(struct cli *cli, const struct subject *subject,
                     size_t index, struct byte_buf *out);

#endif
