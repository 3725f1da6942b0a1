/*
 * A disk and a memory that fail: they stand between SQLite and the real ones.
 *
 * Each write, sync, truncation, deletion and creation of a file counts as one
 * operation of the disk; each request as one of the memory.
 */
#ifndef P2PUB_TESTS_UNIT_SQLITE_FAULTS_H
#define P2PUB_TESTS_UNIT_SQLITE_FAULTS_H

#include <stdbool.h>

/* Put both in place; before SQLite is used for the first time. */
void sqlite_faults_install(void);

/* The operation after n more gives SQLite's result, once or from then on; a
 * negative n ends it. */
void sqlite_faults_disk(long n, int result, bool for_ever);

/* The request after n more gives NULL, once; a negative n ends it. */
void sqlite_faults_memory(long n);

/* From now on no file can be created or deleted, as on read-only media. */
void sqlite_faults_read_only(bool read_only);

/* Operations and requests since the program began. */
long sqlite_faults_disk_count(void);
long sqlite_faults_memory_count(void);

#endif
