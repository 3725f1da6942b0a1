/*
 * Bundles as folders: header.txt, header.txt.minisig and the files of the
 * record under their names, as stock `minisign -V` and `b2sum -c` check them.
 *
 * Such a folder may come from anyone.  Opening one verifies the signatures,
 * and the size and hash of every file that is there; files that are not there
 * are missing, and any other file in the folder is nobody's business.  No
 * store and no configuration are needed.
 *
 * Nothing here replaces or changes a file that exists.
 */
#ifndef P2PUB_BUNDLES_PARCEL_H
#define P2PUB_BUNDLES_PARCEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "bundles/store.h"
#include "core/bytes.h"
#include "core/file.h"
#include "core/limits.h"
#include "core/status.h"
#include "core/time.h"

#define PARCEL_HEADER    "header.txt"
#define PARCEL_SIGNATURE "header.txt.minisig"

struct parcel;

/* The file that was at fault; what stands in path may be cut. */
struct parcel_fault {
    char path[PARCEL_PATH_SIZE];
};

/*
 * Open the folder at path, or the folder of the header file at path (whose
 * signature stands beside it with .minisig behind its name).
 *   STATUS_NOT_FOUND      no such folder, header or signature
 *   STATUS_MALFORMED      the header or the signature is no such thing
 *   STATUS_TOO_LARGE      the same
 *   STATUS_BAD_SIGNATURE  it was not signed by the key that it names, or a
 *                         file is not what the header says
 *   STATUS_DENIED, STATUS_IO (errno), STATUS_NO_MEMORY
 */
enum status parcel_open(struct parcel **out, const char *path,
                        struct parcel_fault *fault) MUST_CHECK;

/* Who waits is told of the octets of files as they are read, also by
 * parcel_read_file. */
struct parcel_watch {
    void (*on_octets)(void *context, size_t octets);
    void *context;
};

/* The same.  watch lives until parcel_unwatch or parcel_free. */
enum status parcel_open_watched(struct parcel **out, const char *path,
                                const struct parcel_watch *watch,
                                struct parcel_fault *fault) MUST_CHECK;
void parcel_unwatch(struct parcel *parcel);
void parcel_free(struct parcel *parcel);

/* The parcel's; record_keep it to have it longer. */
struct record *parcel_record(const struct parcel *parcel);

/* True if file number index was there, and right, when it was opened. */
bool parcel_has_file(const struct parcel *parcel, size_t index);
bool parcel_is_complete(const struct parcel *parcel);

/* Give a file's octets to sink, checking them once more: what a sink was given
 * must not be used until this returned STATUS_OK.  STATUS_BAD_SIGNATURE,
 * STATUS_NOT_FOUND, STATUS_DENIED, STATUS_IO, STATUS_NO_MEMORY. */
enum status parcel_read_file(const struct parcel *parcel, size_t index,
                             file_sink *sink, void *context) MUST_CHECK;

/* Taking in. */

struct parcel_import {
    bool is_new;             /* the record was not here */
    enum store_state before; /* only valid when not is_new */
    enum store_state after;
};

/*
 * Put the record and those of its files that are there into store, chunk by
 * chunk through the same check as what comes from the network.  Its own
 * transactions, each of bounded size.  The failures of parcel_read_file and
 * the store's; what was committed before a failure stays, and is verified.
 */
enum status parcel_import(struct parcel_import *out, struct store *store,
                          const struct parcel *parcel, enum store_class keeping,
                          struct day today) MUST_CHECK;

/*
 * The same in the transaction that is open, which it ends and begins anew
 * where the files are more than COMMIT_OCTETS_MAX in all (parcel_octets).  For
 * many bundles: see bundles/parcel_intake.h.
 */
enum status parcel_put(struct parcel_import *out, struct store *store,
                       const struct parcel *parcel, enum store_class keeping,
                       struct day today) MUST_CHECK;

/* Octets of all files, also of those that are missing. */
uint64_t parcel_octets(const struct parcel *parcel);

/* The folder, as it was opened. */
const char *parcel_folder(const struct parcel *parcel);

/* Writing. */

/* What to write. */
struct parcel_source {
    struct byte_view header;
    const struct record_fields *fields; /* of the header */
    const struct record *record;        /* for its signatures; NULL: none yet */
    /* Gives the octets of a file to sink; STATUS_NOT_FOUND for one that is
     * not here, which is left out. */
    enum status (*read)(void *context, size_t index, file_sink *sink,
                        void *sink_context);
    void *context;
    bool sync_later; /* parcel_export does; else what is written is synced */
};

/*
 * Write source into the folder at path, which is made if it is not there.
 * Every octet is checked against the header.  On failure what was written is
 * removed.
 *   STATUS_EXISTS  a file of one of the names is there
 *   those of source->read, STATUS_BAD_SIGNATURE, STATUS_FULL, STATUS_DENIED,
 *   STATUS_IO, STATUS_NO_MEMORY
 */
enum status parcel_write(const char *path, const struct parcel_source *source,
                         struct parcel_fault *fault) MUST_CHECK;

/* The path of source's folder in the folder at path: its id, or the hidden
 * name that it has in the making.  In memory of mem_alloc; NULL without. */
char *parcel_path(const char *path, const struct parcel_source *source,
                  bool in_the_making);

/*
 * Add to the folder that parcel_export finds there already those files of
 * source that it lacks, each by way of a temporary name; *added says how many.
 * Nothing else of it is looked at.  The failures of parcel_write but
 * STATUS_EXISTS; files that were added before a failure stay.
 */
enum status parcel_refill(const char *path, const struct parcel_source *source,
                          size_t *added, struct parcel_fault *fault) MUST_CHECK;

/* Finding. */

/* Called for each folder that holds a PARCEL_HEADER.  Anything but STATUS_OK
 * ends the walk, which returns it. */
typedef enum status parcel_visit(void *context, const char *path);

/*
 * Walk over the folder at path and those inside it, PARCEL_DEPTH_MAX deep;
 * symbolic links are not followed.  STATUS_NOT_FOUND, STATUS_DENIED for the
 * folder itself; those inside that cannot be read are passed over.
 * STATUS_TOO_LARGE for over PARCEL_ENTRIES_MAX names.
 */
enum status parcel_walk(const char *path, parcel_visit *visit,
                        void *context) MUST_CHECK;

#endif
