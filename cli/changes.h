/*
 * read --diff: what a statement changed of the one that it replaces.
 */
#ifndef P2PUB_CLI_CHANGES_H
#define P2PUB_CLI_CHANGES_H

#include "cli/cli.h"
#include "cli/render.h"
#include "cli/subject.h"

/*
 * Put behind the verdict on the page, and as `changes` into the document, how
 * subject differs from what it replaces: title, signatories, files, and the
 * text that text_choice_make gives.
 *
 * CLI_FAILED if it replaces nothing, or a statement of another author;
 * CLI_NOT_FOUND if what it replaces, or one of the texts, is not here; and what
 * subject_open and text_choice say.
 */
int changes_show(struct cli *cli, const struct subject_context *context,
                 const struct subject *subject, struct render *render);

#endif
