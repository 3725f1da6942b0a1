#include "bundles/store_sqlite_tables.h"
#include "core/limits.h"

/* One walk: what is asked for, and how many rows may still be visited. */
struct walk {
    struct store_sqlite *sqlite;
    const struct store_query *query;
    size_t left;
    store_visit *visit;
    void *context;
};

static enum status
visit_rows(struct walk *walk, sqlite3_stmt *statement)
{
    struct store_row row;
    enum status status;

    do {
        status = store_sqlite_db_fetch(walk->sqlite, statement);
        if (status != STATUS_OK)
            return status == STATUS_NOT_FOUND ? STATUS_OK : status;
        status = store_sqlite_records_read(walk->sqlite, statement, &row);
        if (status == STATUS_OK && store_row_matches(&row, walk->query)) {
            walk->left--;
            walk->sqlite->has_visited = true;
            walk->sqlite->visited = row.id;
            walk->sqlite->visited_number =
                sqlite3_column_int64(statement, ROW_NUMBER);
            status = walk->visit(walk->context, &row);
            walk->sqlite->has_visited = false;
        }
    } while (status == STATUS_OK && walk->left > 0);
    store_sqlite_db_end(statement);
    return status;
}

/* The statement called name, or another with its text where it is in use: a
 * visitor may walk too. */
static enum status
take_statement(struct walk *walk, enum store_sqlite_sql name,
               sqlite3_stmt **out)
{
    *out = walk->sqlite->sql[name];
    if (!sqlite3_stmt_busy(*out))
        return STATUS_OK;
    return store_sqlite_db_prepare_more(walk->sqlite, name, out);
}

static void
give_statement(struct walk *walk, enum store_sqlite_sql name,
               sqlite3_stmt *statement)
{
    if (statement != walk->sqlite->sql[name])
        (void)sqlite3_finalize(statement);
}

/* The rows of some days, oldest first. */
static enum status
walk_days(struct walk *walk, int64_t first, int64_t last)
{
    const enum store_sqlite_sql name =
        walk->query->incomplete ? SQL_WALK_INCOMPLETE : SQL_WALK;
    sqlite3_stmt *statement = NULL;
    enum status status;

    status = take_statement(walk, name, &statement);
    if (status != STATUS_OK)
        return status;
    store_sqlite_db_bind_number(statement, 1, first);
    store_sqlite_db_bind_number(statement, 2, last);
    status = visit_rows(walk, statement);
    give_statement(walk, name, statement);
    return status;
}

/* The latest day not after *day that has rows.  STATUS_NOT_FOUND. */
static enum status
find_day_before(struct walk *walk, int64_t *day)
{
    sqlite3_stmt *find =
        walk->sqlite->sql[walk->query->incomplete ? SQL_DAY_BEFORE_INCOMPLETE
                                                  : SQL_DAY_BEFORE];
    enum status status;

    store_sqlite_db_bind_number(find, 1, *day);
    status = store_sqlite_db_fetch(walk->sqlite, find);
    if (status != STATUS_OK)
        return status;
    if (sqlite3_column_type(find, 0) == SQLITE_NULL)
        status = STATUS_NOT_FOUND;
    else if (!store_sqlite_db_number(find, 0, INT32_MIN, *day, day))
        status = STATUS_DAMAGED;
    store_sqlite_db_end(find);
    return status;
}

/* Newest day first, and within a day by id, straight from an index: sorting
 * would need memory for all rows. */
static enum status
walk_days_back(struct walk *walk, int64_t first, int64_t last)
{
    int64_t day = last;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && walk->left > 0) {
        status = find_day_before(walk, &day);
        if (status == STATUS_NOT_FOUND || (status == STATUS_OK && day < first))
            return STATUS_OK;
        if (status == STATUS_OK)
            status = walk_days(walk, day, day);
        day--;
    }
    return status;
}

static enum status
walk_author(struct walk *walk)
{
    const struct store_query *query = walk->query;
    const enum store_sqlite_sql name =
        query->by_kind && query->kind == RECORD_IDENTITY ? SQL_WALK_IDENTITIES
                                                         : SQL_WALK_AUTHOR;
    sqlite3_stmt *statement = NULL;
    enum status status;

    status = take_statement(walk, name, &statement);
    if (status != STATUS_OK)
        return status;
    store_sqlite_db_bind(statement, 1, &query->author, sizeof(query->author));
    store_sqlite_db_bind_number(statement, 2,
                                query->by_sequence ? query->sequence : 0);
    store_sqlite_db_bind_number(statement, 3,
                                query->by_sequence ? query->sequence
                                                   : RECORD_SEQUENCE_MAX);
    store_sqlite_db_bind_number(statement, 4, query->newest_first ? -1 : 1);
    status = visit_rows(walk, statement);
    give_statement(walk, name, statement);
    return status;
}

static enum status
walk_subject(struct walk *walk)
{
    const struct store_query *query = walk->query;
    const enum store_sqlite_sql name =
        query->by_author ? SQL_WALK_SUBJECT_AUTHOR : SQL_WALK_SUBJECT;
    sqlite3_stmt *statement = NULL;
    enum status status;

    status = take_statement(walk, name, &statement);
    if (status != STATUS_OK)
        return status;
    store_sqlite_db_bind(statement, 1, &query->subject, sizeof(query->subject));
    store_sqlite_db_bind_number(statement, 2, query->kind);
    if (query->by_author)
        store_sqlite_db_bind(statement, 3, &query->author,
                             sizeof(query->author));
    status = visit_rows(walk, statement);
    give_statement(walk, name, statement);
    return status;
}

enum status
store_sqlite_walk(struct store *store, const struct store_query *query,
                  store_visit *visit, void *context)
{
    struct walk walk = {
        .sqlite = store_sqlite_db_of(store),
        .query = query,
        .left = query->limit,
        .visit = visit,
        .context = context,
    };
    const int64_t first =
        query->by_days ? query->first.number : DAY_FIRST.number;
    const int64_t last = query->by_days ? query->last.number : DAY_LAST.number;

    if (query->by_subject)
        return walk_subject(&walk);
    if (query->by_author)
        return walk_author(&walk);
    if (query->newest_first)
        return walk_days_back(&walk, first, last);
    return walk_days(&walk, first, last);
}
