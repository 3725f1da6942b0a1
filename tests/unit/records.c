#include "tests/unit/records.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/limits.h"

struct key_secret *
records_key(uint8_t number)
{
    const uint8_t seed[32] = {number};
    const struct key_id id = {{number, 2, 3, 4, 5, 6, 7, 8}};
    struct key_secret *secret;

    assert_int_equal(key_secret_of_seed(&secret, seed, id), STATUS_OK);
    return secret;
}

static struct record *
seal(struct byte_view header, uint8_t number)
{
    struct key_secret *secret = records_key(number);
    struct record *record;

    assert_int_equal(record_seal(&record, header, secret), STATUS_OK);
    key_secret_free(secret);
    return record;
}

struct record *
records_seal(const char *header, uint8_t number)
{
    return seal(byte_view_of_text(header), number);
}

struct record *
records_seal_fields(const struct record_fields *fields, uint8_t number)
{
    struct key_secret *secret = records_key(number);
    struct record_fields own = *fields;
    struct byte_buf header;
    struct record *record;

    own.key = secret->public_key;
    key_secret_free(secret);
    byte_buf_init(&header, RECORD_HEADER_MAX);
    assert_int_equal(record_write_header(&header, &own), STATUS_OK);
    record = seal(byte_view_of_buf(&header), number);
    byte_buf_release(&header);
    return record;
}

char *
records_replace(const char *text, const char *old, const char *new_text)
{
    const char *place = old == NULL ? text : strstr(text, old);
    size_t old_size = old == NULL ? 0 : strlen(old);
    size_t new_size = old == NULL ? 0 : strlen(new_text);
    size_t before, after;
    char *out;

    assert_non_null(place);
    before = (size_t)(place - text);
    after = strlen(place) - old_size;
    out = malloc(before + new_size + after + 1);
    assert_non_null(out);
    memcpy(out, text, before);
    if (new_size > 0)
        memcpy(out + before, new_text, new_size);
    memcpy(out + before + new_size, place + old_size, after);
    out[before + new_size + after] = '\0';
    return out;
}

void
records_check_changes(const char *header, const struct records_change *changes,
                      size_t count, enum status (*read)(const char *header))
{
    for (size_t i = 0; i < count; i++) {
        char *changed =
            records_replace(header, changes[i].old, changes[i].new_text);
        enum status status = read(changed);

        free(changed);
        if (status != changes[i].status)
            fail_msg("'%s' instead of '%s': %s",
                     changes[i].old == NULL ? "" : changes[i].new_text,
                     changes[i].old == NULL ? "" : changes[i].old,
                     status_text(status));
    }
}
