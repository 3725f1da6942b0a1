/*
 * What a page says of a sealed statement, and of its release.
 */
#ifndef P2PUB_CLI_RENDER_SEALED_H
#define P2PUB_CLI_RENDER_SEALED_H

#include "bundles/record.h"
#include "cli/render.h"
#include "cli/subject.h"
#include "cli/subject_sealed.h"

/* Whether it is open, by what, and that it is what was sealed; then the
 * verdict about the statement inside.  Nothing for what is not sealed. */
void render_sealed(struct render *render, const struct subject *subject,
                   const struct subject_sealed *sealed);

/* What a sealed record or a release says about another one. */
void render_sealed_lines(struct render *render, const struct record *record);

#endif
