/*
 * A new file in the making: written piece by piece, and there only if whole.
 *
 *     draft_new(&draft, path, 0644);
 *     draft_add(draft, piece);            any number of these
 *     draft_finish(draft);
 *     draft_free(draft);
 *
 * The file has its name from the start; what was not finished is removed by
 * draft_free.  For files in a folder that is itself renamed when complete, and
 * for folders that a person named; files of the home are core/file's.
 *
 * On STATUS_IO and STATUS_DENIED errno says why.
 */
#ifndef P2PUB_CORE_DRAFT_H
#define P2PUB_CORE_DRAFT_H

#include "core/bytes.h"
#include "core/status.h"

struct draft;

/* Create the file at path, which is copied.  STATUS_EXISTS if anything has
 * that name; else those of file_status_of_errno. */
enum status draft_new(struct draft **out, const char *path,
                      unsigned mode) MUST_CHECK;

/* STATUS_FULL, STATUS_IO. */
enum status draft_add(struct draft *draft, struct byte_view piece) MUST_CHECK;

/* Sync what was written; it stays.  STATUS_FULL, STATUS_IO. */
enum status draft_finish(struct draft *draft) MUST_CHECK;

/* It stays, and is the caller's to sync. */
void draft_leave(struct draft *draft);

/* Close, and remove the file if it was not finished.  NULL is allowed; errno
 * is kept. */
void draft_free(struct draft *draft);

#endif
