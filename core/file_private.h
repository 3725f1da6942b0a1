/*
 * What core/file*.c share, and nobody else.
 */
#ifndef P2PUB_CORE_FILE_PRIVATE_H
#define P2PUB_CORE_FILE_PRIVATE_H

#include "core/status.h"

/* Status of a system call that returned -1 if it failed. */
enum status file_status_of_call(int result) MUST_CHECK;

/* Close descriptor unless it is negative.  errno is kept. */
void file_close_quietly(int descriptor);

/* The directory that holds path, in memory of mem_alloc. */
char *file_directory_of(const char *path);

/* An open directory, or -1 and errno. */
int file_open_directory(const char *path);

/* Sync an open directory, or a file in one. */
enum status file_sync_open(int descriptor) MUST_CHECK;

#endif
