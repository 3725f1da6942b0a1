/*
 * What a reader is told about one verified record: who signed it, whether it
 * is all there, and what is known around it.
 *
 * A function of verified records and of what the reader decided; the order in
 * which the records arrived changes nothing.  Names are the reader's own; what
 * an author says of itself is kept apart, as a claim.
 *
 * The whole verdict looks at everything that the author signed and at what
 * followed keys signed; lists of many records use verdict_standing alone.
 */
#ifndef P2PUB_BUNDLES_VERDICT_H
#define P2PUB_BUNDLES_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/heads.h"
#include "bundles/record.h"
#include "bundles/replacements.h"
#include "bundles/revocation.h"
#include "bundles/signatories.h"
#include "bundles/store.h"
#include "bundles/trust.h"
#include "bundles/verdict_lineage.h"
#include "bundles/verdict_signer.h"
#include "bundles/verdict_vouches.h"
#include "bundles/withdrawals.h"
#include "core/bytes.h"
#include "core/limits.h"
#include "core/status.h"

/* In the order in which they count: the worst first. */
enum verdict_standing {
    VERDICT_FAULTY,  /* its author signed files that contradict themselves */
    VERDICT_NEWER,   /* needs a newer p2pub: nothing of it is shown */
    VERDICT_UNKNOWN, /* the signatures hold; the reader follows nobody of that
                        key, or the key has ended and its chain does not have
                        this for good, or too few agreed to this version of an
                        identity: see lineage */
    VERDICT_VERIFIED /* the signatures hold, by an own or a followed key, or
                        by one that an introducer vouches for */
};

/* Another record that has to do with this one. */
struct verdict_link {
    struct record_id id;
    struct key_public key;
    struct day date;
    char language[RECORD_LANGUAGE_MAX + 1]; /* of a translation's first text */
    bool by_author;                         /* of the verdict's record */
    /* Else the name of key, the reader's own, or that of an introducer who
     * vouches for it and whom the reader calls vouched_by. */
    char name[TRUST_NAME_MAX + 1];
    char vouched_by[TRUST_NAME_MAX + 1];
    bool is_withdrawn;
    bool is_replaced; /* only valid for a translation */
};

/* A statement that this one names. */
struct verdict_named {
    bool is_here;
    bool is_own; /* by the same author; only valid when is_here */
    char name[TRUST_NAME_MAX + 1]; /* of its author, if another whom the reader
                                      knows; else empty */
    /* By its author; only valid when is_here. */
    bool is_withdrawn;
    bool is_replaced;
};

/* Two records or more with one number. */
struct verdict_fork {
    uint32_t number;
    bool merged; /* the author followed all of them with one record */
    size_t count;
    struct record_id ids[VERDICT_LINKS_MAX]; /* the first of count */
};

/* What a known key says of another's newest record. */
struct verdict_head {
    char name[TRUST_NAME_MAX + 1]; /* the reader's own, of whoever quoted the
                                      author of the verdict's record; or of
                                      whom this record quotes */
    char vouched_by[TRUST_NAME_MAX + 1]; /* whose word the name is; else
                                            empty */
    struct key_public key;               /* the same one's */
    uint32_t number;                     /* that was quoted */
    struct record_id id;
    enum heads_state state;
};

struct verdict {
    struct record_id id;
    enum verdict_standing standing;
    struct verdict_signer signer;
    struct verdict_vouches vouches; /* for it */
    struct verdict_lineage lineage; /* the keys behind it */
    enum store_state state;
    /* Indexes of files that are not all in the store, when STORE_INCOMPLETE;
     * where very many pieces are missing the last of them may be left out.
     * About a record that is not in the store the caller knows. */
    size_t missing_count;
    size_t missing[RECORD_FILES_MAX];
    /* By its own author; record is NULL where it stands. */
    struct withdrawal withdrawn;
    struct revocation revoked; /* of its key; record is NULL if it was not */
    struct signatories signatories; /* of a statement or an identity */
    /* Statements of the same key that say `replaces` this one, withdrawn ones
     * too; and which of all that come after it are the newest. */
    size_t replaced_count;
    struct verdict_link replaced_by[VERDICT_LINKS_MAX];
    struct replacements replacements;
    /* Statements of followed keys that say so of another author's. */
    size_t claim_count;
    struct verdict_link claims[VERDICT_LINKS_MAX];
    struct verdict_named replaces; /* only valid when the statement does */
    struct verdict_named translates;
    /* Statements of the same key, and of known ones, that say `translates` this
     * one, those of the author first; and how many unknown keys' there are. */
    size_t translation_count;
    struct verdict_link translations[VERDICT_LINKS_MAX];
    size_t stranger_count;
    bool has_more_strangers; /* than were looked at */
    /* The author's sequence as it is known here. */
    uint32_t gaps; /* numbers below one that the author signed, not here */
    size_t fork_count;
    struct verdict_fork forks[VERDICT_FORKS_MAX]; /* the first of fork_count */
    /* Followed keys that quoted a number of this author beyond all that is
     * here: each with the highest, which come first; then by key. */
    size_t quote_count;
    struct verdict_head quotes[VERDICT_LINKS_MAX]; /* the first */
    /* What this statement quotes of own and followed keys, if the reader
     * follows its author too; in the statement's order. */
    size_t head_count;
    struct verdict_head heads[VERDICT_HEADS_MAX]; /* the first */
};

/* What is known without looking at other records; state is the record's in
 * the store, or what was found of its files elsewhere.  STATUS_NO_MEMORY. */
enum status verdict_standing(enum verdict_standing *out,
                             const struct trust *trust,
                             const struct record *record,
                             enum store_state state) MUST_CHECK;

/* The same for a record of author's that was read already; can_show says
 * whether this p2pub understood it. */
enum verdict_standing verdict_standing_of(const struct trust *trust,
                                          const struct key_author *author,
                                          enum store_state state,
                                          bool can_show);

/*
 * The whole verdict about record, which need not be in store; store may be
 * NULL, then it is about the record and its files alone.  record outlives
 * *out; verdict_release it, also after a failure.
 * STATUS_NO_MEMORY and the store's.
 */
enum status verdict_make(struct verdict *out, struct store *store,
                         const struct trust *trust, const struct record *record,
                         enum store_state state) MUST_CHECK;

/* Legal for an all-zero struct. */
void verdict_release(struct verdict *verdict);

#endif
