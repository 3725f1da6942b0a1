#include <string.h>

#include "bundles/store_sqlite_tables.h"
#include "core/limits.h"
#include "core/mem.h"

/* The fields of a row as its seal covers them. */
struct row_fields {
    uint8_t octets[128];
    size_t size;
};

static void
add_octets(struct row_fields *fields, const void *octets, size_t size)
{
    memcpy(fields->octets + fields->size, octets, size);
    fields->size += size;
}

static void
add_number(struct row_fields *fields, uint32_t number)
{
    const uint8_t octets[4] = {(uint8_t)number, (uint8_t)(number >> 8),
                               (uint8_t)(number >> 16),
                               (uint8_t)(number >> 24)};

    add_octets(fields, octets, sizeof(octets));
}

static struct byte_view
fields_of(struct row_fields *fields, const struct store_row *row)
{
    fields->size = 0;
    add_octets(fields, "r", 1);
    add_octets(fields, &row->id, sizeof(row->id));
    add_octets(fields, &row->author, sizeof(row->author));
    add_number(fields, (uint32_t)row->kind);
    add_number(fields, (uint32_t)row->set);
    add_number(fields, (uint32_t)row->date.number);
    add_number(fields, (uint32_t)row->arrived.number);
    add_number(fields, row->sequence);
    add_number(fields, (uint32_t)row->state);
    add_number(fields, (uint32_t)row->keeping);
    return byte_view_of(fields->octets, fields->size);
}

static const struct byte_view nothing = {NULL, 0};

static void
seal_row(const struct store_sqlite *sqlite, uint8_t *seal,
         const struct store_row *row)
{
    struct row_fields fields;

    store_sqlite_db_seal(sqlite, seal, fields_of(&fields, row), nothing);
}

enum status
store_sqlite_records_read(const struct store_sqlite *sqlite,
                          sqlite3_stmt *statement, struct store_row *out)
{
    uint8_t seal[STORE_SQLITE_SEAL_SIZE];
    struct row_fields fields;
    int64_t number, kind, set, day, arrived, sequence, state, keeping;
    const int64_t earliest = DAY_FIRST.number;
    const int64_t latest = DAY_LAST.number;
    sqlite3_stmt *row = statement;

    if (!store_sqlite_db_number(row, ROW_NUMBER, 1, INT64_MAX, &number) ||
        !store_sqlite_db_octets(row, ROW_SEAL, seal, sizeof(seal)) ||
        !store_sqlite_db_octets(row, ROW_ID, &out->id, sizeof(out->id)) ||
        !store_sqlite_db_octets(row, ROW_AUTHOR, &out->author,
                                sizeof(out->author)) ||
        !store_sqlite_db_number(row, ROW_KIND, 0, RECORD_OTHER, &kind) ||
        !store_sqlite_db_number(row, ROW_SET, 0, RECORD_SET_STATEMENTS, &set) ||
        !store_sqlite_db_number(row, ROW_DAY, earliest, latest, &day) ||
        !store_sqlite_db_number(row, ROW_ARRIVED, earliest, latest, &arrived) ||
        !store_sqlite_db_number(row, ROW_SEQUENCE, 0, RECORD_SEQUENCE_MAX,
                                &sequence) ||
        !store_sqlite_db_number(row, ROW_STATE, 0, STORE_FAULTY, &state) ||
        !store_sqlite_db_number(row, ROW_KEEPING, 0, STORE_OTHER, &keeping))
        return STATUS_DAMAGED;

    out->number = (uint64_t)number;
    out->kind = (enum record_kind)kind;
    out->set = (enum record_set)set;
    out->date.number = (int32_t)day;
    out->arrived.number = (int32_t)arrived;
    out->sequence = (uint32_t)sequence;
    out->state = (enum store_state)state;
    out->keeping = (enum store_class)keeping;
    if (!store_sqlite_db_is_sealed(sqlite, seal, fields_of(&fields, out),
                                   nothing))
        return STATUS_DAMAGED;
    return STATUS_OK;
}

static enum status
put_row(struct store_sqlite *sqlite, const struct store_row *row)
{
    sqlite3_stmt *put = sqlite->sql[SQL_PUT_RECORD];
    uint8_t seal[STORE_SQLITE_SEAL_SIZE];

    /* The columns as they are read, save the number, which SQLite gives. */
    seal_row(sqlite, seal, row);
    store_sqlite_db_bind(put, ROW_SEAL, seal, sizeof(seal));
    store_sqlite_db_bind(put, ROW_ID, &row->id, sizeof(row->id));
    store_sqlite_db_bind(put, ROW_AUTHOR, &row->author, sizeof(row->author));
    store_sqlite_db_bind_number(put, ROW_KIND, row->kind);
    store_sqlite_db_bind_number(put, ROW_SET, row->set);
    store_sqlite_db_bind_number(put, ROW_DAY, row->date.number);
    store_sqlite_db_bind_number(put, ROW_ARRIVED, row->arrived.number);
    store_sqlite_db_bind_number(put, ROW_SEQUENCE, row->sequence);
    store_sqlite_db_bind_number(put, ROW_STATE, row->state);
    store_sqlite_db_bind_number(put, ROW_KEEPING, row->keeping);
    return store_sqlite_db_run(sqlite, put);
}

enum status
store_sqlite_records_put(struct store *store, const struct record *record,
                         const struct store_row *row)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);
    const struct byte_view wire = record_wire(record);
    sqlite3_stmt *put = sqlite->sql[SQL_PUT_WIRE];
    uint8_t tag[RECORD_TAG_SIZE];
    int64_t number;
    enum status status;

    status = put_row(sqlite, row);
    if (status != STATUS_OK)
        return status;
    number = sqlite3_last_insert_rowid(sqlite->db);
    record_tag(tag, wire, &sqlite->row_key);
    store_sqlite_db_bind_number(put, 1, number);
    store_sqlite_db_bind(put, 2, tag, sizeof(tag));
    store_sqlite_db_bind(put, 3, wire.data, wire.size);
    status = store_sqlite_db_run(sqlite, put);
    return status == STATUS_OK
               ? store_sqlite_mentions_put(sqlite, record, number)
               : status;
}

enum status
store_sqlite_records_set_state(struct store *store, const struct store_row *row,
                               enum store_state state)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);
    sqlite3_stmt *set = sqlite->sql[SQL_SET_STATE];
    uint8_t seal[STORE_SQLITE_SEAL_SIZE];
    struct store_row changed = *row;

    changed.state = state;
    seal_row(sqlite, seal, &changed);
    store_sqlite_db_bind(set, 1, &row->id, sizeof(row->id));
    store_sqlite_db_bind(set, 2, seal, sizeof(seal));
    store_sqlite_db_bind_number(set, 3, state);
    return store_sqlite_db_run(sqlite, set);
}

enum status
store_sqlite_records_move(struct store *store, const struct store_row *row,
                          enum store_class keeping)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);
    sqlite3_stmt *move = sqlite->sql[SQL_MOVE_RECORD];
    uint8_t seal[STORE_SQLITE_SEAL_SIZE];
    struct store_row changed = *row;

    changed.keeping = keeping;
    seal_row(sqlite, seal, &changed);
    store_sqlite_db_bind(move, 1, &row->id, sizeof(row->id));
    store_sqlite_db_bind(move, 2, seal, sizeof(seal));
    store_sqlite_db_bind_number(move, 3, keeping);
    return store_sqlite_db_run(sqlite, move);
}

enum status
store_sqlite_records_has(struct store *store, const struct record_id *id)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);
    sqlite3_stmt *has = sqlite->sql[SQL_HAS_RECORD];
    enum status status;

    store_sqlite_db_bind(has, 1, id, sizeof(*id));
    status = store_sqlite_db_fetch(sqlite, has);
    if (status == STATUS_OK)
        store_sqlite_db_end(has);
    return status;
}

/* The wire under the fetched statement; it must be the record called id. */
static enum status
read_wire(struct store_sqlite *sqlite, sqlite3_stmt *statement,
          const struct record_id *id, struct record **out)
{
    uint8_t tag[RECORD_TAG_SIZE];
    struct record *record = NULL;
    struct byte_view wire;
    enum status status;

    if (!store_sqlite_db_octets(statement, 0, tag, sizeof(tag)) ||
        !store_sqlite_db_view(statement, 1, RECORD_WIRE_MAX, &wire))
        return STATUS_DAMAGED;
    status = record_open_row(&record, wire, tag, &sqlite->row_key);
    if (status == STATUS_NO_MEMORY)
        return status;
    if (status != STATUS_OK || !record_id_equal(record_id(record), id)) {
        record_free(record);
        return STATUS_DAMAGED;
    }
    *out = record;
    return STATUS_OK;
}

enum status
store_sqlite_records_get(struct store *store, const struct record_id *id,
                         struct record **out)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);
    const bool is_visited =
        sqlite->has_visited && record_id_equal(&sqlite->visited, id);
    sqlite3_stmt *get =
        sqlite->sql[is_visited ? SQL_GET_WIRE_OF_NUMBER : SQL_GET_WIRE];
    enum status status;

    if (is_visited)
        store_sqlite_db_bind_number(get, 1, sqlite->visited_number);
    else
        store_sqlite_db_bind(get, 1, id, sizeof(*id));
    status = store_sqlite_db_fetch(sqlite, get);
    if (status != STATUS_OK)
        return status;
    status = read_wire(sqlite, get, id, out);
    store_sqlite_db_end(get);
    return status;
}

enum status
store_sqlite_records_get_row(struct store *store, const struct record_id *id,
                             struct store_row *out)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);
    sqlite3_stmt *get = sqlite->sql[SQL_GET_ROW];
    enum status status;

    memset(out, 0, sizeof(*out));
    store_sqlite_db_bind(get, 1, id, sizeof(*id));
    status = store_sqlite_db_fetch(sqlite, get);
    if (status != STATUS_OK)
        return status;
    status = store_sqlite_records_read(sqlite, get, out);
    store_sqlite_db_end(get);
    return status;
}

enum status
store_sqlite_records_find(struct store *store, const struct record_id *first,
                          const struct record_id *last, struct record_id *out)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);
    sqlite3_stmt *find = sqlite->sql[SQL_FIND];
    enum status status;

    store_sqlite_db_bind(find, 1, first, sizeof(*first));
    store_sqlite_db_bind(find, 2, last, sizeof(*last));
    status = store_sqlite_db_fetch(sqlite, find);
    if (status != STATUS_OK)
        return status;
    if (!store_sqlite_db_octets(find, 0, out, sizeof(*out))) {
        store_sqlite_db_end(find);
        return STATUS_DAMAGED;
    }
    status = store_sqlite_db_fetch(sqlite, find);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status == STATUS_OK) {
        store_sqlite_db_end(find);
        return STATUS_AMBIGUOUS;
    }
    return status;
}
