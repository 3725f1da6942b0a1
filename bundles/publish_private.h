/*
 * The inside of a publication, for bundles/publish*.c alone.
 */
#ifndef P2PUB_BUNDLES_PUBLISH_PRIVATE_H
#define P2PUB_BUNDLES_PUBLISH_PRIVATE_H

#include "bundles/publish.h"
#include "bundles/publish_name.h"
#include "bundles/stash.h"
#include "core/limits.h"

struct publish {
    struct store *store;
    struct publish_request request;
    struct publish_fault *fault;
    bool in_transaction;
    struct stash stash;
    struct record_fields fields;
    struct record_file files[RECORD_FILES_MAX];
    char names[RECORD_FILES_MAX][PUBLISH_NAME_SIZE];
    bool unexamined[RECORD_FILES_MAX]; /* by attachment */
    struct store_sequence sequence;
    struct byte_buf header;
    struct record_id id;
    uint64_t plain_size;
    bool is_known;
    struct record_id known;
};

/* Look for a statement of the author that is the same. */
enum status publish_find_known(struct publish *publish) MUST_CHECK;

/* STATUS_EXISTS if a record here bears the number that was asked for. */
enum status publish_check_number(const struct publish *publish) MUST_CHECK;

/* The author's number as it is once this header is given out. */
enum status publish_set_number(struct publish *publish) MUST_CHECK;

/* The number and the previous records of the next header. */
enum status publish_choose_number(struct publish *publish) MUST_CHECK;

#endif
