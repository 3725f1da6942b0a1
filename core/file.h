/*
 * Files: bounded reading, and writing that is whole or not there.
 *
 * On STATUS_IO and STATUS_DENIED errno says why.
 */
#ifndef P2PUB_CORE_FILE_H
#define P2PUB_CORE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"

/*
 * Append the whole of the regular file at path to out.
 *   STATUS_NOT_FOUND  no such file
 *   STATUS_DENIED     not allowed to read it, or it is no regular file
 *   STATUS_TOO_LARGE  it is larger than out's maximum allows
 *   STATUS_IO, STATUS_NO_MEMORY
 * On failure out holds what it held.
 */
enum status file_read(struct byte_buf *out, const char *path) MUST_CHECK;

/* The same from an open descriptor that need not be a regular file; it is
 * read to its end, and waited for if it blocks. */
enum status file_read_descriptor(struct byte_buf *out,
                                 int descriptor) MUST_CHECK;

/* Receives a file piece by piece, in order.  Anything but STATUS_OK ends the
 * reading, which returns it. */
typedef enum status file_sink(void *context, struct byte_view piece);

/* Give the whole of the regular file at path to sink; the failures of
 * file_read but STATUS_TOO_LARGE, which a sink may return. */
enum status file_read_pieces(const char *path, file_sink *sink,
                             void *context) MUST_CHECK;

/*
 * Replace or create the file at path: written under a temporary name in the
 * same directory, synced, renamed, and the directory synced.  A symbolic link
 * is replaced, not followed.  mode is 0600 or 0644, of which the umask takes
 * away what it takes from group and others.
 *   STATUS_NOT_FOUND  no such directory
 *   STATUS_FULL       the disk, a quota, or the process's limit
 *   STATUS_DENIED, STATUS_IO, STATUS_NO_MEMORY
 * On failure the temporary file is gone and path is as it was, unless it was
 * the very last step that failed, the sync of the directory (STATUS_IO).
 */
enum status file_write(const char *path, struct byte_view octets,
                       unsigned mode) MUST_CHECK;

/* The same, and STATUS_EXISTS if path exists, even as a link to nowhere; never
 * replaces. */
enum status file_write_new(const char *path, struct byte_view octets,
                           unsigned mode) MUST_CHECK;

/* Create the directory path, mode 0700, and those above it; fine if there.
 * STATUS_IO with ENOTDIR if something else is in the way. */
enum status file_make_directory(const char *path) MUST_CHECK;

/* Sync the directory at path, so that names in it survive a power cut. */
enum status file_sync_directory(const char *path) MUST_CHECK;

/*
 * Sync at once whatever was written to the file system that path lies on.
 * STATUS_NEWER if this system cannot: the files are then synced one by one,
 * with file_sync_folder.  Before Linux 5.8 a write that the disk refused is
 * not told.
 */
enum status file_sync_system(const char *path) MUST_CHECK;

/* Sync the files in the directory at path, and then the directory.  Neither
 * path nor what is in it is followed if it is a link. */
enum status file_sync_folder(const char *path) MUST_CHECK;

/* Remove the directory at path, and the files in it; what is no plain file
 * stays, and so does the directory then.  errno is kept. */
void file_remove_folder(const char *path);

/* Status for the errno that a system call left: ENOENT is STATUS_NOT_FOUND,
 * EACCES and EPERM and EROFS STATUS_DENIED, ENOSPC and EDQUOT and EFBIG
 * STATUS_FULL, EEXIST STATUS_EXISTS, ENOMEM STATUS_NO_MEMORY, else
 * STATUS_IO. */
enum status file_status_of_errno(int error);

/* directory, a slash unless it ends in one, and name, in memory of mem_alloc;
 * NULL without memory. */
char *file_join(const char *directory, const char *name);

#endif
