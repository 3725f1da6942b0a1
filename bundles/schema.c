#include "bundles/schema.h"

#include <string.h>

/*
 * Rows are numbered in the order of their arrival, which keeps bulk writes
 * small; so a searched file tells in which order things came, and on which
 * day.  An id or a key is indexed by its first 8 octets: the index is a third
 * the size, and looking up compares the whole.
 *
 * seal is a keyed hash over the row: see store_sqlite_seal.  What is large
 * (wires.wire, chunks.stored) stands last, behind what is searched.
 */
static const char *const step_1[] = {
    "CREATE TABLE meta(number INTEGER PRIMARY KEY, row_key BLOB NOT NULL, "
    "seal BLOB NOT NULL, records INTEGER NOT NULL, "
    "statements INTEGER NOT NULL, incomplete INTEGER NOT NULL, "
    "octets INTEGER NOT NULL, octets_other INTEGER NOT NULL)",

    /* One row a record, with the same number in both tables. */
    "CREATE TABLE records(number INTEGER PRIMARY KEY, seal BLOB NOT NULL, "
    "id BLOB NOT NULL, author BLOB NOT NULL, kind INTEGER NOT NULL, "
    "kind_set INTEGER NOT NULL, day INTEGER NOT NULL, "
    "arrived INTEGER NOT NULL, sequence INTEGER NOT NULL, "
    "state INTEGER NOT NULL, keeping INTEGER NOT NULL)",
    "CREATE TABLE wires(number INTEGER PRIMARY KEY, tag BLOB NOT NULL, "
    "wire BLOB NOT NULL)",
    "CREATE INDEX records_id ON records(substr(id, 1, 8))",
    "CREATE INDEX records_day ON records(day, id)",
    "CREATE INDEX records_author ON records(substr(author, 1, 8), sequence)",
    "CREATE INDEX records_incomplete ON records(day, id) WHERE state = 0",

    "CREATE TABLE chunks(number INTEGER PRIMARY KEY, seal BLOB NOT NULL, "
    "id BLOB NOT NULL, encoding INTEGER NOT NULL, keeping INTEGER NOT NULL, "
    "stored BLOB NOT NULL)",
    "CREATE INDEX chunks_id ON chunks(substr(id, 1, 8))",

    /* previous holds ids one behind the other. */
    "CREATE TABLE sequences(author BLOB PRIMARY KEY, seal BLOB NOT NULL, "
    "sequence INTEGER NOT NULL, previous BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE delivered(id BLOB PRIMARY KEY, seal BLOB NOT NULL, "
    "count INTEGER NOT NULL) WITHOUT ROWID",

    "PRAGMA application_id = 1882354548",
    "PRAGMA user_version = 1",
    NULL,
};

/*
 * What says something about which record (bundles/mentions.h).  subject and
 * kind come first, so that one lookup finds all co-signatures, or those by one
 * author, in the order in which they are walked over.  The rows are made from
 * the records that are there: see store_sqlite_mentions_rebuild.  3 is the
 * kind identity: naming a signer asks for nothing else that it signed.
 */
static const char *const step_2[] = {
    "CREATE TABLE mentions(subject BLOB NOT NULL, kind INTEGER NOT NULL, "
    "author BLOB NOT NULL, id BLOB NOT NULL, number INTEGER NOT NULL, "
    "PRIMARY KEY(subject, kind, author, id)) WITHOUT ROWID",
    "CREATE INDEX records_identity ON records(substr(author, 1, 8)) "
    "WHERE kind = 3",
    "PRAGMA user_version = 2",
    NULL,
};

/* Records of more kinds mention others: the rows of mentions are made anew. */
static const char *const step_3[] = {
    "DELETE FROM mentions",
    "PRAGMA user_version = 3",
    NULL,
};

/* Versions of identities and vouches too. */
static const char *const step_4[] = {
    "DELETE FROM mentions",
    "PRAGMA user_version = 4",
    NULL,
};

/* Vouches by their authors too. */
static const char *const step_5[] = {
    "DELETE FROM mentions",
    "PRAGMA user_version = 5",
    NULL,
};

static const char *const *const steps[] = {step_1, step_2, step_3, step_4,
                                           step_5};

#define STEP_COUNT (sizeof(steps) / sizeof(steps[0]))

int
schema_last(void)
{
    return (int)STEP_COUNT;
}

const char *const *
schema_step(int number)
{
    return steps[number - 1];
}

static bool
is_kept(const char *statement)
{
    return strncmp(statement, "CREATE ", strlen("CREATE ")) == 0;
}

bool
schema_has(const char *statement)
{
    size_t step;
    size_t i;

    for (step = 0; step < STEP_COUNT; step++)
        for (i = 0; steps[step][i] != NULL; i++)
            if (is_kept(steps[step][i]) &&
                strcmp(steps[step][i], statement) == 0)
                return true;
    return false;
}

size_t
schema_count(void)
{
    size_t count = 0;
    size_t step;
    size_t i;

    for (step = 0; step < STEP_COUNT; step++)
        for (i = 0; steps[step][i] != NULL; i++)
            if (is_kept(steps[step][i]))
                count++;
    return count;
}
