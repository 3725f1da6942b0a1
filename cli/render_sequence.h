/*
 * Lines of a verdict about how authors count their records: gaps, forks, and
 * what others say that they saw.
 */
#ifndef P2PUB_CLI_RENDER_SEQUENCE_H
#define P2PUB_CLI_RENDER_SEQUENCE_H

#include "bundles/verdict.h"
#include "cli/render.h"

/* What is known of the author's own sequence. */
void render_sequence(struct render *render, const struct verdict *verdict);

/* What the statement says of the newest records of others. */
void render_heads(struct render *render, const struct verdict *verdict);

#endif
