/*
 * Keys and records for tests: the same in every run.
 *
 * What cannot be made fails the cmocka test that runs.
 */
#ifndef P2PUB_TESTS_UNIT_RECORDS_H
#define P2PUB_TESTS_UNIT_RECORDS_H

#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "core/bytes.h"
#include "core/key.h"
#include "core/status.h"

/* Keys 1 to 5 as they stand in headers written by hand. */
#define RECORDS_KEY_1 "RWQBAgMEBQYHCM7MFQfcHd1ylZUcKQiI8JWtuQRNG3PWlubfBl1oO9T8"
#define RECORDS_KEY_2 "RWQCAgMEBQYHCGt5xX5qCVI5KCwEgY6WES8/A6QAG6l6VkwjhSo/HqX8"
#define RECORDS_KEY_3 "RWQDAgMEBQYHCNrb0YSi1Sbx691cBv2tk1myKHWbTX951maJ+iVKrYVG"
#define RECORDS_KEY_4 "RWQEAgMEBQYHCJvjKHeVkHgJQH4UQ5/xmNW/x9zm+bx0PLNpFG9hC0gB"
#define RECORDS_KEY_5 "RWQFAgMEBQYHCPS9RlIc57V4ma5vTKCe3exokyeoaiIy1KPypPOaxoqe"

/* Key number, which is also the first octet of its seed and of its id; free
 * with key_secret_free. */
struct key_secret *records_key(uint8_t number);

/* The record of this header, signed by key number; free with record_free. */
struct record *records_seal(const char *header, uint8_t number);

/* The record of these fields, whose key is filled in. */
struct record *records_seal_fields(const struct record_fields *fields,
                                   uint8_t number);

/*
 * text with the one place where it says old saying new instead.  NULL for old
 * leaves it as it is.  free() it.
 */
char *records_replace(const char *text, const char *old, const char *new_text);

/* What reading a header is to give that says new_text in place of old. */
struct records_change {
    const char *old; /* NULL for the header as it is */
    const char *new_text;
    enum status status;
};

/* Each of count changes of header gives read its status. */
void records_check_changes(const char *header,
                           const struct records_change *changes, size_t count,
                           enum status (*read)(const char *header));

#endif
