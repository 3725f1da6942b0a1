/*
 * The part of read --diff that is about the text.
 */
#ifndef P2PUB_CLI_CHANGES_TEXT_H
#define P2PUB_CLI_CHANGES_TEXT_H

#include <jansson.h>

#include "cli/cli.h"
#include "cli/render.h"
#include "cli/subject.h"

/*
 * Put on the page how the text of new that text_choice_make gives differs from
 * the one in that language of old, and into object its `language` and `text`.
 * What a stranger wrote has RENDER_QUOTE before each row.  What text_choice
 * says, and CLI_FAILED for what is too long.
 */
int changes_text_show(struct cli *cli, const struct subject *old,
                      const struct subject *new, struct render *render,
                      json_t *object);

#endif
