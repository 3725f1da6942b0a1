#include <string.h>

#include "bundles/store_sqlite_tables.h"
#include "core/limits.h"

/* What a seal covers beside the stored octets. */
#define FIELDS_SIZE (1 + sizeof(struct chunk_id) + 2)

static struct byte_view
fields_of(uint8_t fields[FIELDS_SIZE], const struct chunk_id *id,
          uint8_t encoding, uint8_t keeping)
{
    fields[0] = 'c';
    memcpy(fields + 1, id, sizeof(*id));
    fields[FIELDS_SIZE - 2] = encoding;
    fields[FIELDS_SIZE - 1] = keeping;
    return byte_view_of(fields, FIELDS_SIZE);
}

enum status
store_sqlite_chunks_put(struct store *store, const struct chunk_id *id,
                        enum store_class keeping, uint8_t encoding,
                        struct byte_view stored)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);
    sqlite3_stmt *put = sqlite->sql[SQL_PUT_CHUNK];
    uint8_t seal[STORE_SQLITE_SEAL_SIZE];
    uint8_t fields[FIELDS_SIZE];

    store_sqlite_db_seal(sqlite, seal,
                         fields_of(fields, id, encoding, (uint8_t)keeping),
                         stored);
    store_sqlite_db_bind(put, 1, seal, sizeof(seal));
    store_sqlite_db_bind(put, 2, id, sizeof(*id));
    store_sqlite_db_bind_number(put, 3, encoding);
    store_sqlite_db_bind_number(put, 4, keeping);
    store_sqlite_db_bind(put, 5, stored.data, stored.size);
    return store_sqlite_db_run(sqlite, put);
}

enum status
store_sqlite_chunks_has(struct store *store, const struct chunk_id *id)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);
    sqlite3_stmt *has = sqlite->sql[SQL_HAS_CHUNK];
    enum status status;

    store_sqlite_db_bind(has, 1, id, sizeof(*id));
    status = store_sqlite_db_fetch(sqlite, has);
    if (status == STATUS_OK)
        store_sqlite_db_end(has);
    return status;
}

/* The chunk under the fetched statement; *stored dies with the next step. */
static enum status
read_chunk(const struct store_sqlite *sqlite, sqlite3_stmt *statement,
           enum store_class *keeping, uint8_t *encoding,
           struct byte_view *stored)
{
    uint8_t seal[STORE_SQLITE_SEAL_SIZE];
    uint8_t fields[FIELDS_SIZE];
    struct chunk_id id;
    int64_t number;
    int64_t class;

    if (!store_sqlite_db_octets(statement, 0, seal, sizeof(seal)) ||
        !store_sqlite_db_octets(statement, 1, &id, sizeof(id)) ||
        !store_sqlite_db_number(statement, 2, 0, UINT8_MAX, &number) ||
        !store_sqlite_db_number(statement, 3, 0, STORE_OTHER, &class) ||
        !store_sqlite_db_view(statement, 4, CHUNK_STORED_MAX, stored))
        return STATUS_DAMAGED;
    *encoding = (uint8_t)number;
    *keeping = (enum store_class) class;
    if (!store_sqlite_db_is_sealed(
            sqlite, seal, fields_of(fields, &id, *encoding, (uint8_t) class),
            *stored))
        return STATUS_DAMAGED;
    return STATUS_OK;
}

enum status
store_sqlite_chunks_get(struct store *store, const struct chunk_id *id,
                        uint8_t *encoding, struct byte_buf *out)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);
    sqlite3_stmt *get = sqlite->sql[SQL_GET_CHUNK];
    struct byte_view stored;
    enum store_class keeping;
    enum status status;

    store_sqlite_db_bind(get, 1, id, sizeof(*id));
    status = store_sqlite_db_fetch(sqlite, get);
    if (status != STATUS_OK)
        return status;
    status = read_chunk(sqlite, get, &keeping, encoding, &stored);
    if (status == STATUS_OK)
        status = byte_buf_append(out, stored);
    store_sqlite_db_end(get);
    return status;
}

/* The row of a list under the fetched statement. */
static enum status
read_row(sqlite3_stmt *statement, struct store_chunk *out)
{
    int64_t class;
    int64_t size;

    if (!store_sqlite_db_octets(statement, 0, &out->id, sizeof(out->id)) ||
        !store_sqlite_db_number(statement, 1, 0, STORE_OTHER, &class) ||
        !store_sqlite_db_number(statement, 2, 1, CHUNK_STORED_MAX, &size))
        return STATUS_DAMAGED;
    out->keeping = (enum store_class) class;
    out->size = (size_t)size;
    return STATUS_OK;
}

enum status
store_sqlite_chunks_get_row(struct store *store, const struct chunk_id *id,
                            struct store_chunk *out)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);
    sqlite3_stmt *get = sqlite->sql[SQL_GET_CHUNK_ROW];
    enum status status;

    store_sqlite_db_bind(get, 1, id, sizeof(*id));
    status = store_sqlite_db_fetch(sqlite, get);
    if (status != STATUS_OK)
        return status;
    status = read_row(get, out);
    store_sqlite_db_end(get);
    return status;
}

enum status
store_sqlite_chunks_walk(struct store *store, store_chunk_visit *visit,
                         void *context)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);
    sqlite3_stmt *each = NULL;
    struct store_chunk chunk;
    enum status status;

    /* A visitor may walk too. */
    status = store_sqlite_db_prepare_more(sqlite, SQL_EACH_CHUNK_ROW, &each);
    if (status != STATUS_OK)
        return status;
    while ((status = store_sqlite_db_fetch(sqlite, each)) == STATUS_OK) {
        status = read_row(each, &chunk);
        if (status == STATUS_OK)
            status = visit(context, &chunk);
        if (status != STATUS_OK)
            break;
    }
    (void)sqlite3_finalize(each);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Write the chunk's row anew; stored is what it holds. */
static enum status
set_keeping(struct store_sqlite *sqlite, const struct chunk_id *id,
            enum store_class keeping, uint8_t encoding, struct byte_view stored)
{
    sqlite3_stmt *move = sqlite->sql[SQL_MOVE_CHUNK];
    uint8_t seal[STORE_SQLITE_SEAL_SIZE];
    uint8_t fields[FIELDS_SIZE];

    store_sqlite_db_seal(sqlite, seal,
                         fields_of(fields, id, encoding, (uint8_t)keeping),
                         stored);
    store_sqlite_db_bind(move, 1, id, sizeof(*id));
    store_sqlite_db_bind(move, 2, seal, sizeof(seal));
    store_sqlite_db_bind_number(move, 3, keeping);
    return store_sqlite_db_run(sqlite, move);
}

enum status
store_sqlite_chunks_move(struct store *store, const struct chunk_id *id,
                         enum store_class keeping)
{
    struct byte_buf stored;
    uint8_t encoding;
    enum status status;

    byte_buf_init(&stored, CHUNK_STORED_MAX);
    status = store_sqlite_chunks_get(store, id, &encoding, &stored);
    if (status == STATUS_OK)
        status = set_keeping(store_sqlite_db_of(store), id, keeping, encoding,
                             byte_view_of_buf(&stored));
    byte_buf_release(&stored);
    return status;
}

enum status
store_sqlite_chunks_remove(struct store *store, const struct chunk_id *id)
{
    struct store_sqlite *sqlite = store_sqlite_db_of(store);
    sqlite3_stmt *remove = sqlite->sql[SQL_REMOVE_CHUNK];

    store_sqlite_db_bind(remove, 1, id, sizeof(*id));
    return store_sqlite_db_run(sqlite, remove);
}

enum status
store_sqlite_chunks_check(struct store_sqlite *sqlite,
                          struct store_figures *figures)
{
    sqlite3_stmt *each = sqlite->sql[SQL_EACH_CHUNK];
    struct byte_view stored;
    enum store_class keeping;
    uint8_t encoding;
    enum status status;

    while ((status = store_sqlite_db_fetch(sqlite, each)) == STATUS_OK) {
        status = read_chunk(sqlite, each, &keeping, &encoding, &stored);
        if (status != STATUS_OK) {
            store_sqlite_db_end(each);
            return status;
        }
        figures->octets += stored.size;
        if (keeping == STORE_OTHER)
            figures->octets_other += stored.size;
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}
