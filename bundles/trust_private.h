/*
 * What the files of trust share: its lines, and how they are added.
 */
#ifndef P2PUB_BUNDLES_TRUST_PRIVATE_H
#define P2PUB_BUNDLES_TRUST_PRIVATE_H

#include "bundles/trust.h"

/* The word that a line about an introducer begins with. */
#define TRUST_INTRODUCER "introducer"

/* A line of the file, or an own key. */
struct trust_line {
    bool is_entry;      /* else a comment, an empty or a bad line: only text */
    bool is_introducer; /* entry.key is one; text is the whole line */
    bool is_bad;
    size_t number; /* in the file, from 1; only valid when is_bad */
    struct trust_entry entry;
    size_t size; /* octets of text, the zero behind them left out */
    char text[]; /* the name of an entry; else the whole line */
};

struct trust {
    struct trust_line **lines; /* own keys are among them, anywhere */
    size_t count;
    size_t derived_count; /* of these */
    size_t capacity;
    struct vouches *vouches; /* or NULL */
};

/* Put a line of this text behind the others; *out is NULL on failure.
 * STATUS_TOO_LARGE, STATUS_NO_MEMORY. */
enum status trust_append_line(struct trust_line **out, struct trust *trust,
                              struct byte_view text,
                              bool is_derived) MUST_CHECK;

/* The same for an entry under this name. */
enum status trust_add_entry(struct trust *trust,
                            const struct trust_entry *entry,
                            struct byte_view name) MUST_CHECK;

bool trust_is_name(struct byte_view name);

#endif
