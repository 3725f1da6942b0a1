/*
 * From texts and attachments to a signed statement in the store.
 *
 *     publish_begin(&publish, store, &request, &fault);
 *     publish_sign(publish, secret);        or publish_reserve, or nothing
 *     publish_free(publish);
 *
 * publish_begin reads the files, makes the header and opens a transaction with
 * what the store lacks of them; publish_sign adds the signed record and the
 * author's number and commits all of it at once, so that no signature leaves
 * whose number is not on disk.  Without it publish_free takes everything back.
 *
 * Of files over some MiB, publish_begin commits chunk after chunk in short
 * transactions before (bundles/stash.h), and publish_free cannot take these
 * back: without a record they are for bundles/bundle_account.h.
 *
 * The names in a record are `statement.md` for the first text,
 * `statement.LANG.md` for others, and `attachment-N.EXT`, unless local names
 * are to be kept: a local name like draft-ivanov-2.md would be signed for
 * ever.
 */
#ifndef P2PUB_BUNDLES_PUBLISH_H
#define P2PUB_BUNDLES_PUBLISH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "bundles/statement.h"
#include "bundles/store.h"
#include "core/bytes.h"
#include "core/key.h"
#include "core/status.h"
#include "core/time.h"

struct identity;
struct publish;

/* One language of the text. */
struct publish_text {
    struct byte_view language; /* canonical (bundles/language.h), or `und` */
    struct byte_view octets;   /* as manuscript_take gives them */
    bool is_plain;             /* text/plain and not text/markdown */
    const char *path;          /* where it came from; for keep_names */
};

/* What to publish.  Everything is the caller's and lives until
 * publish_free. */
struct publish_request {
    struct key_public key;
    struct day date;  /* that the statement claims */
    struct day today; /* of arrival in the store */
    struct statement statement;
    size_t text_count; /* 1 at least, each of another language */
    const struct publish_text *texts;
    size_t attachment_count;
    const char *const *attachments; /* paths of regular files */
    uint32_t sequence;              /* the record's number; 0 for the next */
    bool outside;       /* outside the key's sequence: a statement to be sealed
                         */
    bool merge;         /* follow all branches of a forked history */
    bool keep_names;    /* local names, as far as they may stand */
    bool keep_metadata; /* do not refuse photographs that betray something */
    bool is_trial;      /* nothing goes into the store; not for publish_sign */
    /* Told of the octets of attachments as they go into the store; may be
     * NULL. */
    void (*on_octets)(void *context, size_t octets);
    void *on_octets_context;
};

/* Which file was at fault, and what was found in it. */
struct publish_fault {
    const char *path; /* of an attachment, or NULL */
    unsigned found;   /* bits of bundles/metadata.h's enum metadata_find */
    bool is_misnamed; /* called .jpg or .png, and neither */
    /* What a forked history has at its end; only valid for
     * STATUS_AMBIGUOUS. */
    struct store_sequence fork;
};

/*
 * Begin; *fault is filled on failure.
 *   STATUS_DENIED         fault->path: metadata (found, is_misnamed), or the
 *                         operating system (errno)
 *   STATUS_MALFORMED      the title, a name, a language, or an empty file
 *   STATUS_TOO_LARGE      a file over RECORD_FILE_SIZE_MAX, or too much for
 *                         one header
 *   STATUS_NOT_FOUND      fault->path; or, where that is NULL, the author's
 *                         last number is not known here
 *   STATUS_EXISTS         a record here bears the number that was asked for
 *   STATUS_AMBIGUOUS      the history forks: see history_next
 *   STATUS_IO, STATUS_NO_MEMORY and the store's
 */
enum status publish_begin(struct publish **out, struct store *store,
                          const struct publish_request *request,
                          struct publish_fault *fault) MUST_CHECK;

/* True if the same files by the same key, with the same `replaces` and
 * `translates`, are in the store already: *id is that record.  The first of
 * several by day and id. */
bool publish_is_known(const struct publish *publish, struct record_id *id);

/* The header that is to be signed, and its id. */
struct byte_view publish_header(const struct publish *publish);
struct record_id publish_id(const struct publish *publish);
const struct record_fields *publish_fields(const struct publish *publish);

/* Octets of all files, and by how many they made the store grow. */
uint64_t publish_plain_size(const struct publish *publish);
uint64_t publish_stored_size(const struct publish *publish);

/* The metadata types that could not be examined: true if attachment number
 * index is neither JPEG nor PNG. */
bool publish_is_unexamined(const struct publish *publish, size_t index);

/* Sign with the secret of the request's key and commit; *record, if record is
 * not NULL, is freed by the caller.  STATUS_MALFORMED if the keys differ. */
enum status publish_sign(struct publish *publish,
                         const struct key_secret *secret,
                         struct record **record) MUST_CHECK;

/* Commit that the header's number is given out, and nothing else; for a
 * trial. */
enum status publish_reserve(struct publish *publish) MUST_CHECK;

/* What was not committed is taken back.  NULL is allowed. */
void publish_free(struct publish *publish);

/*
 * Sign and commit an author's identity, version 1.  The author must have no
 * history here: it is record number 1.  STATUS_EXISTS if there is one;
 * STATUS_MALFORMED for the name; STATUS_NO_MEMORY and the store's.
 */
enum status publish_identity(struct store *store,
                             const struct key_secret *secret,
                             const struct identity *identity, struct day today,
                             struct record_id *id) MUST_CHECK;

#endif
