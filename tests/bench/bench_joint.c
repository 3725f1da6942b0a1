/*
 * What a reader waits for where 10,000 keys have signed one statement, in a
 * store of 100,000 records.
 *
 *     bench_joint [DIRECTORY]     where the home is made; else $TMPDIR
 *
 * The figures are the times of `p2pub verify` of that statement and of `p2pub
 * list`, whole processes with their output thrown away, over that of a bare
 * SQLite read of the same rows: the median of five rounds in this one run.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "bundles/cosign.h"
#include "bundles/statement.h"
#include "bundles/store_sqlite.h"
#include "core/entropy.h"
#include "core/limits.h"

#define ROUNDS  5
#define RECORDS 100000
#define SIGNERS 10000
#define NAMED   7
#define AUTHORS 500 /* of the other statements */
#define TURN    1000
#define MOST    5.0

static struct record_id joint;

static void
must(bool held, const char *what)
{
    if (held)
        return;
    fprintf(stderr, "bench_joint: %s failed\n", what);
    exit(1);
}

static double
seconds_now(void)
{
    struct timespec now;

    must(clock_gettime(CLOCK_MONOTONIC, &now) == 0, "clock_gettime");
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct key_secret *
key_of(uint32_t number)
{
    uint8_t seed[32] = {(uint8_t)number, (uint8_t)(number >> 8),
                        (uint8_t)(number >> 16), 0x6a};
    struct key_id id = {{0}};
    struct key_secret *secret;

    memcpy(id.octets, seed, sizeof(id.octets));
    must(key_secret_of_seed(&secret, seed, id) == STATUS_OK, "a key");
    return secret;
}

static struct record_fields
envelope(const struct key_secret *secret, uint32_t sequence)
{
    static const struct record_id previous = {{1}};
    struct record_fields fields = {0};

    fields.key = secret->public_key;
    fields.date.number = 19000 + (int32_t)(sequence % 1000);
    fields.sequence = sequence;
    fields.previous_count = sequence > 1 ? 1 : 0;
    fields.previous = &previous;
    return fields;
}

static void
put(struct store *store, const struct byte_buf *header,
    const struct key_secret *secret, struct record_id *id)
{
    struct record *record;

    must(record_seal(&record, byte_view_of_buf(header), secret) == STATUS_OK,
         "signing");
    must(store_put_record(store, record, STORE_OTHER, (struct day){20000}) ==
             STATUS_OK,
         "storing");
    if (id != NULL)
        *id = *record_id(record);
    record_free(record);
}

static void
put_statement(struct store *store, uint32_t author, uint32_t sequence,
              bool is_joint)
{
    struct statement_signatory named[NAMED];
    struct statement statement = {.signatories = named};
    struct key_secret *secret = key_of(author);
    struct record_fields fields = envelope(secret, sequence);
    struct byte_buf header;
    char title[64];

    snprintf(title, sizeof(title), "Statement %u of %u", (unsigned)sequence,
             (unsigned)author);
    statement.title = byte_view_of_text(title);
    for (uint32_t i = 0; is_joint && i < NAMED; i++) {
        struct key_secret *other = key_of(i + 1);

        named[i].key = other->public_key;
        named[i].name = byte_view_of_text("An organisation");
        statement.signatory_count++;
        key_secret_free(other);
    }
    byte_buf_init(&header, RECORD_HEADER_MAX);
    must(statement_write_header(&header, &fields, &statement) == STATUS_OK,
         "a statement");
    put(store, &header, secret, is_joint ? &joint : NULL);
    byte_buf_release(&header);
    key_secret_free(secret);
}

static void
put_cosign(struct store *store, uint32_t author)
{
    const struct cosign cosign = {.signs = joint};
    struct key_secret *secret = key_of(author);
    struct record_fields fields = envelope(secret, 1);
    struct byte_buf header;

    byte_buf_init(&header, RECORD_HEADER_MAX);
    must(cosign_write_header(&header, &fields, &cosign) == STATUS_OK,
         "a co-signature");
    put(store, &header, secret, NULL);
    byte_buf_release(&header);
    key_secret_free(secret);
}

/* The joint statement, its co-signatures, and other statements. */
static void
put_one(struct store *store, uint32_t number)
{
    if (number == 0)
        put_statement(store, 0, 1, true);
    else if (number <= SIGNERS)
        put_cosign(store, number);
    else
        put_statement(store, SIGNERS + number % AUTHORS,
                      1 + (number - SIGNERS) / AUTHORS, false);
}

static void
fill(const char *path)
{
    struct store_sqlite_options options = {.create = true};
    struct entropy entropy;
    struct store *store;

    entropy_init_system(&entropy);
    options.entropy = &entropy;
    must(store_sqlite_open(&store, path, &options) == STATUS_OK, "a store");
    for (uint32_t i = 0; i < RECORDS; i += TURN) {
        must(store_begin(store) == STATUS_OK, "a transaction");
        for (uint32_t j = i; j < i + TURN; j++)
            put_one(store, j);
        must(store_commit(store) == STATUS_OK, "a commit");
    }
    store_free(store);
}

/* Step through all rows that text asks for, and touch each column. */
static double
read_bare(const char *path, const char *text, size_t wanted)
{
    const double begin = seconds_now();
    sqlite3_stmt *statement;
    sqlite3 *db;
    size_t rows = 0;
    size_t octets = 0;

    must(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK,
         "SQLite");
    must(sqlite3_prepare_v2(db, text, -1, &statement, NULL) == SQLITE_OK,
         "a query");
    (void)sqlite3_bind_blob(statement, 1, &joint, sizeof(joint), SQLITE_STATIC);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(statement); i++)
            octets += (size_t)sqlite3_column_bytes(statement, i);
        rows++;
    }
    (void)sqlite3_finalize(statement);
    (void)sqlite3_close(db);
    must(rows >= wanted && octets > rows, "reading");
    return seconds_now() - begin;
}

static double
run_p2pub(const char *home, const char *command, const char *id)
{
    const char *program = getenv("P2PUB");
    const double begin = seconds_now();
    pid_t child;
    int ended;

    must(program != NULL, "P2PUB, the program,");
    (void)fflush(stdout);
    child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        if (freopen("/dev/null", "w", stdout) != NULL &&
            freopen("/dev/null", "w", stderr) != NULL)
            (void)execl(program, "p2pub", "--home", home, command, id,
                        (char *)NULL);
        _exit(127);
    }
    must(waitpid(child, &ended, 0) == child && WIFEXITED(ended), "p2pub");
    /* 5: of a key that nobody here follows. */
    must(WEXITSTATUS(ended) == 0 || WEXITSTATUS(ended) == 5, command);
    return seconds_now() - begin;
}

static int
compare(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* Measure both in turn, and say the median of the ratios. */
static void
measure(const char *home, const char *store, const char *command,
        const char *id, const char *text, size_t rows)
{
    double ratios[ROUNDS];
    double bare = 0;
    double ours = 0;

    for (size_t i = 0; i < ROUNDS; i++) {
        bare = read_bare(store, text, rows);
        ours = run_p2pub(home, command, id);
        ratios[i] = ours / bare;
    }
    qsort(ratios, ROUNDS, sizeof(ratios[0]), compare);
    printf("joint: %s takes %.1f times a bare read of its rows (at most "
           "%.0f); last %.0f of %.0f ms\n",
           command, ratios[ROUNDS / 2], MOST, ours * 1000, bare * 1000);
}

int
main(int argc, char **argv)
{
    const char *parent = argc > 1 ? argv[1] : getenv("TMPDIR");
    char home[256];
    char path[300];
    char id[RECORD_ID_TEXT_SIZE];

    must(entropy_start() == STATUS_OK, "randomness");
    snprintf(home, sizeof(home), "%s/joint-XXXXXX",
             parent == NULL ? "/tmp" : parent);
    must(mkdtemp(home) != NULL, "a folder");
    snprintf(path, sizeof(path), "%s/store.db", home);
    fill(path);
    record_id_format(&joint, id);
    measure(home, path, "verify", id,
            "SELECT r.*, w.* FROM mentions m "
            "JOIN records r ON r.number = m.number "
            "JOIN wires w ON w.number = m.number WHERE m.subject = ?1",
            SIGNERS);
    measure(home, path, "list", NULL,
            "SELECT r.*, w.* FROM records r "
            "JOIN wires w ON w.number = r.number WHERE r.kind = 0 "
            "ORDER BY r.day DESC, r.id",
            RECORDS - SIGNERS);
    (void)unlink(path);
    (void)rmdir(home);
    return 0;
}
