/*
 * A subject that is a sealed statement, and the statement inside as far as it
 * opens: by its author's release, wherever that came from, or by a key that
 * the reader has.
 *
 * What is inside is opened in memory, each time, and never stored: reading
 * leaves no trace, and what its author has not released must not leave.
 */
#ifndef P2PUB_CLI_SUBJECT_SEALED_H
#define P2PUB_CLI_SUBJECT_SEALED_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "bundles/sealed.h"
#include "bundles/store.h"
#include "cli/cli.h"
#include "cli/subject.h"

enum subject_sealed_state {
    SUBJECT_CLOSED,    /* there is no key */
    SUBJECT_RELEASED,  /* its author released it */
    SUBJECT_KEY_GIVEN, /* the reader gave the key */
    SUBJECT_KEY_OWN    /* the home has the key: its author's own */
};

struct subject_sealed {
    bool is_sealed; /* else nothing of the rest is valid */
    struct sealed fields;
    enum subject_sealed_state state;
    struct record *release;       /* for SUBJECT_RELEASED */
    struct store *aside;          /* in memory: the statement inside */
    uint8_t key[SEALED_KEY_SIZE]; /* unless SUBJECT_CLOSED */
    bool is_open;                 /* inside is the statement that was sealed */
    bool is_newer;                /* it opens, and needs a newer p2pub */
    struct subject inside;        /* only valid when is_open */
};

/*
 * Open what is inside subject, where that is a sealed statement; out->is_sealed
 * tells.  key_path names a file with a key line, `-` standard input, or is
 * NULL.  subject_sealed_release *out after success and failure, before subject.
 * Said: CLI_NOT_VERIFIED for what is not what was sealed, CLI_KEY for a key
 * that does not fit, CLI_STORE and others.
 */
int subject_sealed_open(struct cli *cli, const struct subject_context *context,
                        const struct subject *subject, const char *key_path,
                        struct subject_sealed *out);
void subject_sealed_release(struct subject_sealed *sealed);

/* Why nothing can be shown: CLI_NOT_FOUND while it is closed, CLI_FAILED for
 * what needs a newer p2pub; else CLI_DONE. */
int subject_sealed_say(struct cli *cli, const struct subject_sealed *sealed);

/* The member `sealed` of object, and its title once it is open. */
void subject_sealed_add(json_t *object, const struct subject_sealed *sealed);

#endif
