/*
 * How fast records are taken in: through the gate, which verifies two
 * signatures, and into the SQLite store with synchronous FULL, 64 records a
 * turn, each by another key.
 *
 *     bench_intake [DIRECTORY]     where the store is made; else $TMPDIR
 *
 * The figure is the rate over half of libsodium's bare rate of verifying, both
 * measured in turn five times in this one run; the median of the five.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "bundles/store_sqlite.h"
#include "core/bytes.h"
#include "core/entropy.h"
#include "core/hash.h"
#include "core/limits.h"

#define ROUNDS        5
#define RECORDS       4096
#define TURN          64
#define VERIFICATIONS 4096
#define LEAST         0.7

static struct byte_buf wires[RECORDS];
static struct key_author authors[RECORDS];

static void
must(bool held, const char *what)
{
    if (held)
        return;
    fprintf(stderr, "bench_intake: %s failed\n", what);
    exit(1);
}

static double
seconds_now(void)
{
    struct timespec now;

    must(clock_gettime(CLOCK_MONOTONIC, &now) == 0, "clock_gettime");
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A statement such as publish makes, of one text file. */
static void
make_wire(struct entropy *entropy, size_t number)
{
    const struct record_id previous = {{1}};
    const struct record_line line = {
        byte_view_of_text("title"),
        byte_view_of_text("Kazakhstan: release those detained on 5 January")};
    struct record_file file = {
        .name = byte_view_of_text("statement.md"),
        .language = byte_view_of_text("en"),
        .type = byte_view_of_text("text/markdown"),
        .size = (uint32_t)(5000 + number % 4000),
    };
    struct record_fields fields = {
        .kind = byte_view_of_text("statement"),
        .date = {19000 + (int32_t)(number % 365)},
        .sequence = 2,
        .previous_count = 1,
        .previous = &previous,
        .line_count = 1,
        .lines = &line,
        .file_count = 1,
        .files = &file,
    };
    struct key_secret *secret = NULL;
    struct record *record = NULL;
    struct byte_buf header;

    entropy_fill(entropy, file.hash, sizeof(file.hash));
    must(key_secret_new(&secret, entropy) == STATUS_OK, "making a key");
    fields.key = secret->public_key;
    authors[number] = secret->public_key.author;
    byte_buf_init(&header, RECORD_HEADER_MAX);
    must(record_write_header(&header, &fields) == STATUS_OK, "a header");
    must(record_seal(&record, byte_view_of_buf(&header), secret) == STATUS_OK,
         "signing");
    byte_buf_init(&wires[number], RECORD_WIRE_MAX);
    must(byte_buf_append(&wires[number], record_wire(record)) == STATUS_OK,
         "copying");
    record_free(record);
    byte_buf_release(&header);
    key_secret_free(secret);
}

/* The bare rate: what each first signature signs is minisign's hash of the
 * header, 64 octets. */
static double
verifications_a_second(void)
{
    static uint8_t hashes[VERIFICATIONS][HASH_512_SIZE];
    double began;
    size_t i;

    for (i = 0; i < VERIFICATIONS; i++)
        hash_512(hashes[i],
                 byte_view_slice(byte_view_of_buf(&wires[i]),
                                 RECORD_SIGNATURES_SIZE, RECORD_WIRE_MAX));
    began = seconds_now();
    for (i = 0; i < VERIFICATIONS; i++)
        must(crypto_sign_verify_detached(wires[i].data, hashes[i],
                                         sizeof(hashes[i]),
                                         authors[i].octets) == 0,
             "verifying");
    return VERIFICATIONS / (seconds_now() - began);
}

static void
take_in_turn(struct store *store, size_t first)
{
    const struct day today = {19400};
    size_t i;

    must(store_begin(store) == STATUS_OK, "store_begin");
    for (i = first; i < first + TURN; i++) {
        struct record *record = NULL;

        must(record_open(&record, byte_view_of_buf(&wires[i])) == STATUS_OK,
             "record_open");
        must(store_put_record(store, record, STORE_FOLLOWED, today) ==
                 STATUS_OK,
             "store_put_record");
        record_free(record);
    }
    must(store_commit(store) == STATUS_OK, "store_commit");
}

static double
records_a_second(const char *path, struct entropy *entropy)
{
    const struct store_sqlite_options options = {.create = true,
                                                 .entropy = entropy};
    struct store *store = NULL;
    double seconds;
    size_t i;

    must(store_sqlite_open(&store, path, &options) == STATUS_OK,
         "store_sqlite_open");
    seconds = seconds_now();
    for (i = 0; i < RECORDS; i += TURN)
        take_in_turn(store, i);
    seconds = seconds_now() - seconds;
    store_free(store);
    must(unlink(path) == 0, "unlink");
    return RECORDS / seconds;
}

static int
compare_figures(const void *a, const void *b)
{
    const double *first = a;
    const double *second = b;

    return (*first > *second) - (*first < *second);
}

int
main(int argc, char **argv)
{
    const char *parent = argc > 1 ? argv[1] : getenv("TMPDIR");
    struct entropy entropy;
    double ratios[ROUNDS];
    double rate = 0;
    char directory[4096];
    char path[4200];
    size_t i;

    must(entropy_start() == STATUS_OK, "libsodium");
    entropy_init_seed(&entropy, 1);
    for (i = 0; i < RECORDS; i++)
        make_wire(&entropy, i);
    snprintf(directory, sizeof(directory), "%s/bench-intake-XXXXXX",
             parent == NULL || parent[0] == '\0' ? "/tmp" : parent);
    must(mkdtemp(directory) != NULL, "mkdtemp");
    snprintf(path, sizeof(path), "%s/store.db", directory);

    for (i = 0; i < ROUNDS; i++) {
        const double bare = verifications_a_second();

        rate = records_a_second(path, &entropy);
        ratios[i] = rate / (bare / 2);
        fprintf(stderr,
                "round %zu: %.0f records and %.0f verifications a "
                "second: %.2f\n",
                i + 1, rate, bare, ratios[i]);
    }
    qsort(ratios, ROUNDS, sizeof(ratios[0]), compare_figures);
    printf("intake: %.2f of half of libsodium's rate of verifying "
           "(at least %.1f)\n",
           ratios[ROUNDS / 2], LEAST);
    must(rmdir(directory) == 0, "rmdir");
    for (i = 0; i < RECORDS; i++)
        byte_buf_release(&wires[i]);
    return 0;
}
