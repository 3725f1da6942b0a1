#include <string.h>

#include "bundles/store_sqlite_tables.h"
#include "core/limits.h"

/* What a seal covers: a letter, the row's key, a number. */
#define FIELDS_SIZE (1 + 32 + 4)

static struct byte_view
fields_of(uint8_t fields[FIELDS_SIZE], char table, const uint8_t key[32],
          uint32_t number)
{
    size_t i;

    fields[0] = (uint8_t)table;
    memcpy(fields + 1, key, 32);
    for (i = 0; i < 4; i++)
        fields[33 + i] = (uint8_t)(number >> 8 * i);
    return byte_view_of(fields, FIELDS_SIZE);
}

/* Sequences. */

static struct byte_view
previous_of(const struct store_sequence *sequence)
{
    return byte_view_of(sequence->previous,
                        sequence->previous_count * sizeof(struct record_id));
}

static enum status
read_sequence(const struct store_sqlite *sqlite, sqlite3_stmt *statement,
              struct store_sequence *out)
{
    uint8_t seal[STORE_SQLITE_SEAL_SIZE];
    uint8_t fields[FIELDS_SIZE];
    struct key_author author;
    struct byte_view previous;
    int64_t number;

    if (!store_sqlite_db_octets(statement, 0, seal, sizeof(seal)) ||
        !store_sqlite_db_octets(statement, 1, &author, sizeof(author)) ||
        !store_sqlite_db_number(statement, 2, 0, RECORD_SEQUENCE_MAX,
                                &number) ||
        !store_sqlite_db_view(statement, 3, sizeof(out->previous), &previous) ||
        previous.size % sizeof(struct record_id) != 0)
        return STATUS_DAMAGED;
    if (!store_sqlite_db_is_sealed(
            sqlite, seal,
            fields_of(fields, 's', author.octets, (uint32_t)number), previous))
        return STATUS_DAMAGED;
    out->number = (uint32_t)number;
    out->previous_count = previous.size / sizeof(struct record_id);
    if (previous.size > 0)
        memcpy(out->previous, previous.data, previous.size);
    return STATUS_OK;
}

enum status
store_sqlite_own_get_sequence(struct store *store,
                              const struct key_author *author,
                              struct store_sequence *out)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);
    sqlite3_stmt *get = sqlite->sql[SQL_GET_SEQUENCE];
    enum status status;

    store_sqlite_db_bind(get, 1, author, sizeof(*author));
    status = store_sqlite_db_fetch(sqlite, get);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status != STATUS_OK)
        return status;
    status = read_sequence(sqlite, get, out);
    store_sqlite_db_end(get);
    return status;
}

enum status
store_sqlite_own_set_sequence(struct store *store,
                              const struct key_author *author,
                              const struct store_sequence *sequence)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);
    sqlite3_stmt *set = sqlite->sql[SQL_SET_SEQUENCE];
    const struct byte_view previous = previous_of(sequence);
    uint8_t seal[STORE_SQLITE_SEAL_SIZE];
    uint8_t fields[FIELDS_SIZE];

    store_sqlite_db_seal(
        sqlite, seal, fields_of(fields, 's', author->octets, sequence->number),
        previous);
    store_sqlite_db_bind(set, 1, author, sizeof(*author));
    store_sqlite_db_bind(set, 2, seal, sizeof(seal));
    store_sqlite_db_bind_number(set, 3, sequence->number);
    store_sqlite_db_bind(set, 4, previous.data, previous.size);
    return store_sqlite_db_run(sqlite, set);
}

/* Delivered. */

static enum status
read_delivered(const struct store_sqlite *sqlite, sqlite3_stmt *statement,
               uint32_t *out)
{
    const struct byte_view nothing = {NULL, 0};
    uint8_t seal[STORE_SQLITE_SEAL_SIZE];
    uint8_t fields[FIELDS_SIZE];
    struct record_id id;
    int64_t count;

    if (!store_sqlite_db_octets(statement, 0, seal, sizeof(seal)) ||
        !store_sqlite_db_octets(statement, 1, &id, sizeof(id)) ||
        !store_sqlite_db_number(statement, 2, 0, UINT32_MAX, &count) ||
        !store_sqlite_db_is_sealed(
            sqlite, seal, fields_of(fields, 'd', id.octets, (uint32_t)count),
            nothing))
        return STATUS_DAMAGED;
    *out = (uint32_t)count;
    return STATUS_OK;
}

enum status
store_sqlite_own_get_delivered(struct store *store, const struct record_id *id,
                               uint32_t *out)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);
    sqlite3_stmt *get = sqlite->sql[SQL_GET_DELIVERED];
    enum status status;

    *out = 0;
    status = store_sqlite_records_has(store, id);
    if (status != STATUS_OK)
        return status;
    store_sqlite_db_bind(get, 1, id, sizeof(*id));
    status = store_sqlite_db_fetch(sqlite, get);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status != STATUS_OK)
        return status;
    status = read_delivered(sqlite, get, out);
    store_sqlite_db_end(get);
    return status;
}

enum status
store_sqlite_own_set_delivered(struct store *store, const struct record_id *id,
                               uint32_t count)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);
    sqlite3_stmt *set = sqlite->sql[SQL_SET_DELIVERED];
    const struct byte_view nothing = {NULL, 0};
    uint8_t seal[STORE_SQLITE_SEAL_SIZE];
    uint8_t fields[FIELDS_SIZE];

    store_sqlite_db_seal(sqlite, seal,
                         fields_of(fields, 'd', id->octets, count), nothing);
    store_sqlite_db_bind(set, 1, id, sizeof(*id));
    store_sqlite_db_bind(set, 2, seal, sizeof(seal));
    store_sqlite_db_bind_number(set, 3, count);
    return store_sqlite_db_run(sqlite, set);
}

enum status
store_sqlite_own_check(struct store_sqlite *sqlite)
{
    sqlite3_stmt *sequences = sqlite->sql[SQL_EACH_SEQUENCE];
    sqlite3_stmt *delivered = sqlite->sql[SQL_EACH_DELIVERED];
    struct store_sequence sequence;
    uint32_t count;
    enum status status;

    while ((status = store_sqlite_db_fetch(sqlite, sequences)) == STATUS_OK) {
        status = read_sequence(sqlite, sequences, &sequence);
        if (status != STATUS_OK)
            break;
    }
    store_sqlite_db_end(sequences);
    if (status != STATUS_NOT_FOUND)
        return status;

    while ((status = store_sqlite_db_fetch(sqlite, delivered)) == STATUS_OK) {
        status = read_delivered(sqlite, delivered, &count);
        if (status != STATUS_OK)
            break;
    }
    store_sqlite_db_end(delivered);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}
