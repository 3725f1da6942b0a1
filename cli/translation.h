/*
 * A translation of a statement that was published apart from it.
 */
#ifndef P2PUB_CLI_TRANSLATION_H
#define P2PUB_CLI_TRANSLATION_H

#include "bundles/verdict.h"
#include "cli/subject.h"

/*
 * The first of subject's translations that has a text in language, where
 * subject has none in it itself; NULL if there is no such, or language is
 * empty.  By the first subtag; the author's own before others'.  What cannot be
 * read is passed over.  Dies with the subject.
 */
const struct verdict_link *translation_find(const struct subject *subject,
                                            const char *language);

#endif
