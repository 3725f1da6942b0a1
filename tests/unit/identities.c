#include "tests/unit/identities.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/identity.h"
#include "core/limits.h"
#include "tests/unit/records.h"

static const struct record_id before = {{1}};

static int
compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct record_id));
}

static int
compare_good(const void *a, const void *b)
{
    const struct identity_good *x = a;
    const struct identity_good *y = b;

    return memcmp(&x->key.author, &y->key.author, sizeof(x->key.author));
}

static struct key_public
public_key(uint8_t number)
{
    struct key_secret *secret = records_key(number);
    struct key_public key = secret->public_key;

    key_secret_free(secret);
    return key;
}

static void
fill(struct identity *out, const struct identities_version *version)
{
    out->version = version->version;
    out->name =
        byte_view_of_text(version->name == NULL ? "Centre" : version->name);
    out->threshold = version->threshold;
    for (const char *at = version->recovery; *at != '\0'; at++)
        out->recovery[out->recovery_count++] = public_key((uint8_t)*at);
    for (size_t i = 0; i < 4 && version->follows[i] != NULL; i++)
        out->follows[out->follow_count++] = *record_id(version->follows[i]);
    qsort(out->follows, out->follow_count, sizeof(out->follows[0]),
          compare_ids);
    for (size_t i = 0; i < 4 && version->good[i].key != 0; i++)
        out->good[out->good_count++] = (struct identity_good){
            public_key(version->good[i].key), version->good[i].sequence,
            *record_id(version->good[i].record)};
    qsort(out->good, out->good_count, sizeof(out->good[0]), compare_good);
}

struct record *
identities_seal(const struct identities_version *version)
{
    struct key_secret *secret = records_key(version->author);
    struct record_fields envelope = {0};
    struct identity identity = {0};
    struct record *record = NULL;
    struct byte_buf header;

    fill(&identity, version);
    envelope.key = secret->public_key;
    envelope.date.number = (int32_t)(version->sequence % 100000);
    envelope.sequence = version->sequence;
    envelope.previous_count = version->sequence > 1 ? 1 : 0;
    envelope.previous = &before;
    byte_buf_init(&header, RECORD_HEADER_MAX);
    assert_int_equal(identity_write_header(&header, &envelope, &identity),
                     STATUS_OK);
    assert_int_equal(record_seal(&record, byte_view_of_buf(&header), secret),
                     STATUS_OK);
    byte_buf_release(&header);
    key_secret_free(secret);
    return record;
}
