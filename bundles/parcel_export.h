/*
 * Many bundles to a stick or folder, a folder for each.
 *
 *     parcel_export_new(&export, path);
 *     parcel_export_add(export, &source, &fault);     any number of these
 *     parcel_export_finish(export, &fault);
 *     parcel_export_free(export);
 *
 * A bundle is written under a hidden name, and gets its own, which is its id,
 * only when all of it is on the disk: a folder that has its name is whole,
 * whenever the power goes.  Syncing is what takes the time, so some bundles
 * (EXPORT_FOLDERS_MAX, EXPORT_OCTETS_MAX) are synced together.
 */
#ifndef P2PUB_BUNDLES_PARCEL_EXPORT_H
#define P2PUB_BUNDLES_PARCEL_EXPORT_H

#include <stddef.h>

#include "bundles/parcel.h"
#include "core/status.h"

struct parcel_export;

/* Into the folder at path, which is there; path is copied.  Free *out with
 * parcel_export_free.  STATUS_NO_MEMORY. */
enum status parcel_export_new(struct parcel_export **out,
                              const char *path) MUST_CHECK;

/* What was not finished is removed.  NULL is allowed; errno is kept. */
void parcel_export_free(struct parcel_export *export);

/*
 * Write source.  STATUS_EXISTS if a folder, or anything else, has its name;
 * the failures of parcel_write, and of parcel_export_finish, which is called
 * when enough has gathered.  Those written before a failure are not lost: go
 * on, or finish.
 */
enum status parcel_export_add(struct parcel_export *export,
                              const struct parcel_source *source,
                              struct parcel_fault *fault) MUST_CHECK;

/* Sync what was added, and give each its name.  After a failure (STATUS_FULL,
 * STATUS_DENIED, STATUS_IO, STATUS_NO_MEMORY) what has no name is removed. */
enum status parcel_export_finish(struct parcel_export *export,
                                 struct parcel_fault *fault) MUST_CHECK;

/* How many have got their name so far. */
size_t parcel_export_count(const struct parcel_export *export);

#endif
