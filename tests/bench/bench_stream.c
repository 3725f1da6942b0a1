/*
 * What a compression stream gains over the stored form on a slow link.
 *
 *     bench_stream STORE
 *
 * STORE holds statements of one text each (tests/bench/fill makes one).  Each
 * becomes a RECORD, newest day first: with its text in stored form as on a
 * fast link, or with the plain text and packed.  Each line of the table is one
 * way to pack all of them: octets on the way with 8 of framing a message,
 * plain over that, statements in the first MB, the first ten alone and the
 * milliseconds of this machine's processor for them, and seconds of it for a
 * plain MB, packing and expanding.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bundles/bundle.h"
#include "bundles/deflate.h"
#include "bundles/dictionary.h"
#include "bundles/store_sqlite.h"
#include "core/entropy.h"
#include "core/limits.h"
#include "net/message.h"
#include "net/stream.h"

#define RECORDS_MAX ((size_t)20000)
/* Head of the message, kind and length of what is packed. */
#define FRAMING ((size_t)8)
/* The first so many are also counted alone: what came to be known since two
 * nodes last met. */
#define NEWS  ((size_t)10)
#define FIRST ((size_t)1000000)

struct item {
    struct byte_buf plain; /* record and text */
    struct byte_buf spare; /* the same without what can be derived */
    size_t stored;         /* octets of the message as on a fast link */
    struct byte_buf text;  /* for priming */
};

static struct item items[RECORDS_MAX];
static size_t count;

/* One way. */
struct way {
    const char *name;
    struct stream_setting setting;

    enum {
        NO_PRIME,
        PRIME_DICTIONARIES,
        PRIME_SHARED
    } prime;

    size_t shared; /* records that both ends have */

    bool small_first;
    bool spare;
};

static void
must(enum status status, const char *what)
{
    if (status == STATUS_OK)
        return;
    (void)fprintf(stderr, "bench_stream: %s: %s\n", what, status_text(status));
    exit(1);
}

static double
seconds_now(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) != 0)
        must(STATUS_IO, "clock_gettime");
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Append header without the hashes of its files: 64 digits behind " = ". */
static void
append_spare(struct byte_buf *out, struct byte_view wire)
{
    static const char mark[] = ") = ";
    size_t from = 0;

    for (size_t i = 0; i + sizeof(mark) - 1 + 64 <= wire.size; i++) {
        if (memcmp(wire.data + i, mark, sizeof(mark) - 1) != 0)
            continue;
        i += sizeof(mark) - 1;
        must(byte_buf_append(out, byte_view_slice(wire, from, i - from)),
             "memory");
        from = i + 64;
    }
    must(byte_buf_append(out, byte_view_slice(wire, from, wire.size)),
         "memory");
}

static enum status
load(void *context, const struct store_row *row)
{
    struct store *store = context;
    struct item *item = &items[count];
    const struct record_file *file;
    struct record *record;
    struct byte_buf stored;
    static uint8_t plain[CHUNK_SIZE];
    uint8_t encoding;
    struct byte_view wire;

    if (count == RECORDS_MAX)
        return STATUS_OK;
    must(store_get_record(store, &row->id, &record), "record");
    file = record_fields(record)->files;
    if (record_fields(record)->file_count != 1 || file->has_list) {
        record_free(record);
        return STATUS_OK;
    }
    byte_buf_init(&stored, CHUNK_STORED_MAX);
    must(bundle_get_chunk(store, record, 0, 0, &encoding, &stored), "chunk");
    must(deflate_unpack(plain, (size_t)file->size, encoding,
                        byte_view_of_buf(&stored)),
         "unpack");
    wire = record_wire(record);
    byte_buf_init(&item->plain, MESSAGE_BODY_MAX);
    byte_buf_init(&item->spare, MESSAGE_BODY_MAX);
    byte_buf_init(&item->text, CHUNK_SIZE);
    must(byte_buf_append(&item->plain, wire), "memory");
    append_spare(&item->spare, wire);
    must(byte_buf_append(&item->text, byte_view_of(plain, (size_t)file->size)),
         "memory");
    must(byte_buf_append(&item->plain, byte_view_of_buf(&item->text)),
         "memory");
    must(byte_buf_append(&item->spare, byte_view_of_buf(&item->text)),
         "memory");
    item->stored =
        MESSAGE_HEAD_SIZE + 2 + wire.size + message_inline_size(stored.size);
    byte_buf_release(&stored);
    record_free(record);
    count++;
    return STATUS_OK;
}

/* What primes the stream: the dictionaries, as much as deflate can use of
 * each; or the records behind the first NEWS, which are then not sent. */
static void
make_prime(struct byte_buf *prime, const struct way *way)
{
    if (way->prime == PRIME_DICTIONARIES)
        for (uint8_t i = 1; i <= dictionary_last(); i++) {
            struct byte_view all = dictionary_octets(i);
            size_t part = CHUNK_SIZE / dictionary_last();

            if (way->setting.kind == STREAM_ZSTD)
                part = all.size;
            must(byte_buf_append(prime,
                                 byte_view_slice(all, all.size - part, part)),
                 "memory");
        }
    for (size_t i = NEWS; i < NEWS + way->shared && i < count; i++)
        must(byte_buf_append(prime, byte_view_of_buf(&items[i].plain)),
             "memory");
}

static int
compare_sizes(const void *a, const void *b)
{
    const struct item *const *first = a;
    const struct item *const *second = b;

    if ((*first)->plain.size != (*second)->plain.size)
        return (*first)->plain.size < (*second)->plain.size ? -1 : 1;
    return *first < *second ? -1 : *first > *second;
}

struct sum {
    size_t plain;
    size_t wire;
    size_t within; /* statements that were there after FIRST octets */
    size_t news;   /* octets of the last NEWS */
    double first;  /* seconds for these, and for priming */
    double packing;
    double expanding;
};

static void
carry(struct sum *sum, struct stream *packer, struct stream *expander,
      struct byte_view plain)
{
    struct byte_buf packed;
    struct byte_buf back;
    double start = seconds_now();

    byte_buf_init(&packed, stream_bound(STREAM_PLAIN_MAX));
    byte_buf_init(&back, STREAM_PLAIN_MAX);
    must(stream_pack(packer, &packed, plain), "pack");
    sum->packing += seconds_now() - start;
    start = seconds_now();
    must(stream_expand(expander, &back, byte_view_of_buf(&packed), plain.size),
         "expand");
    sum->expanding += seconds_now() - start;
    sum->wire += FRAMING + packed.size;
    byte_buf_release(&packed);
    byte_buf_release(&back);
}

static void
print_sum(const char *name, const struct sum *sum, double memory)
{
    printf("%-44s %9zu %5.2f %5zu %7zu %7.1f %7.3f %7.3f %6.1f\n", name,
           sum->wire, (double)sum->plain / (double)sum->wire, sum->within,
           sum->news, sum->first * 1e3, sum->packing * 1e6 / (double)sum->plain,
           sum->expanding * 1e6 / (double)sum->plain, memory / 1048576);
    (void)fflush(stdout);
}

static void
run_way(const struct way *way)
{
    static const struct item *order[RECORDS_MAX];
    struct sum sum = {0};
    struct stream *packer;
    struct stream *expander;
    struct byte_buf prime;
    size_t sent = 0;
    double start;

    if (!stream_has(way->setting.kind))
        return;
    byte_buf_init(&prime, (size_t)64 * 1024 * 1024);
    make_prime(&prime, way);
    for (size_t i = 0; i < count; i++)
        if (i < NEWS || i >= NEWS + way->shared)
            order[sent++] = &items[i];
    if (way->small_first)
        qsort(order, sent, sizeof(void *), compare_sizes);
    start = seconds_now();
    must(stream_new(&packer, &way->setting, STREAM_PACKS,
                    byte_view_of_buf(&prime)),
         way->name);
    must(stream_new(&expander, &way->setting, STREAM_EXPANDS,
                    byte_view_of_buf(&prime)),
         way->name);
    sum.first = seconds_now() - start;
    for (size_t i = 0; i < sent; i++) {
        const struct item *item = order[i];
        size_t before = sum.wire;

        carry(&sum, packer, expander,
              byte_view_of_buf(way->spare ? &item->spare : &item->plain));
        sum.plain += item->plain.size;
        if (sum.wire <= FIRST)
            sum.within++;
        /* What a new contact brings. */
        if (i < NEWS)
            sum.news += sum.wire - before;
        if (i == NEWS - 1)
            sum.first += sum.packing;
    }
    print_sum(way->name, &sum,
              (double)(stream_memory(&way->setting, STREAM_PACKS)));
    stream_free(packer);
    stream_free(expander);
    byte_buf_release(&prime);
}

static void
run_stored(void)
{
    struct sum sum = {0};

    for (size_t i = 0; i < count; i++) {
        sum.plain += items[i].plain.size;
        sum.wire += items[i].stored;
        sum.within += sum.wire <= FIRST;
        if (i < NEWS)
            sum.news += items[i].stored;
    }
    print_sum("stored form with dictionaries", &sum, 0);
}

int
main(int argc, char **argv)
{
#define DEFLATE               \
    {                         \
        STREAM_DEFLATE, 15, 9 \
    }
#define ZSTD(window, effort)        \
    {                               \
        STREAM_ZSTD, window, effort \
    }
    static const struct way ways[] = {
        {"deflate", DEFLATE, NO_PRIME, 0, false, false},
        {"deflate, smaller first", DEFLATE, NO_PRIME, 0, true, false},
        {"deflate, dictionaries", DEFLATE, PRIME_DICTIONARIES, 0, false, false},
        {"deflate, 50 shared", DEFLATE, PRIME_SHARED, 50, false, false},
        {"deflate, hashes left out", DEFLATE, NO_PRIME, 0, false, true},
        {"zstd 256 KiB, 19", ZSTD(18, 19), NO_PRIME, 0, false, false},
        {"zstd 512 KiB, 19", ZSTD(19, 19), NO_PRIME, 0, false, false},
        {"zstd 1 MiB, 9", ZSTD(20, 9), NO_PRIME, 0, false, false},
        {"zstd 1 MiB, 12", ZSTD(20, 12), NO_PRIME, 0, false, false},
        {"zstd 1 MiB, 16", ZSTD(20, 16), NO_PRIME, 0, false, false},
        {"zstd 1 MiB, 19", ZSTD(20, 19), NO_PRIME, 0, false, false},
        {"zstd 2 MiB, 9", ZSTD(21, 9), NO_PRIME, 0, false, false},
        {"zstd 2 MiB, 12", ZSTD(21, 12), NO_PRIME, 0, false, false},
        {"zstd 2 MiB, 16", ZSTD(21, 16), NO_PRIME, 0, false, false},
        {"zstd 2 MiB, 19", ZSTD(21, 19), NO_PRIME, 0, false, false},
        {"zstd 4 MiB, 19", ZSTD(22, 19), NO_PRIME, 0, false, false},
        {"zstd 8 MiB, 9", ZSTD(23, 9), NO_PRIME, 0, false, false},
        {"zstd 8 MiB, 15", ZSTD(23, 15), NO_PRIME, 0, false, false},
        {"zstd 8 MiB, 19", ZSTD(23, 19), NO_PRIME, 0, false, false},
        {"zstd 2 MiB, 19, smaller first", ZSTD(21, 19), NO_PRIME, 0, true,
         false},
        {"zstd 8 MiB, 19, smaller first", ZSTD(23, 19), NO_PRIME, 0, true,
         false},
        {"zstd 2 MiB, 19, dictionaries", ZSTD(21, 19), PRIME_DICTIONARIES, 0,
         false, false},
        {"zstd 2 MiB, 19, dictionaries, smaller first", ZSTD(21, 19),
         PRIME_DICTIONARIES, 0, true, false},
        {"zstd 2 MiB, 19, 50 shared", ZSTD(21, 19), PRIME_SHARED, 50, false,
         false},
        {"zstd 2 MiB, 19, 100 shared", ZSTD(21, 19), PRIME_SHARED, 100, false,
         false},
        {"zstd 2 MiB, 19, hashes left out", ZSTD(21, 19), NO_PRIME, 0, false,
         true},
        {"zstd 2 MiB, 12, 16 shared", ZSTD(21, 12), PRIME_SHARED, 16, false,
         true},
        {"zstd 2 MiB, 12, 64 shared", ZSTD(21, 12), PRIME_SHARED, 64, false,
         true},
        {"zstd 2 MiB, 12, 100 shared", ZSTD(21, 12), PRIME_SHARED, 100, false,
         true},
        {"zstd 2 MiB, 12, 160 shared", ZSTD(21, 12), PRIME_SHARED, 160, false,
         true},
    };
    struct entropy entropy;
    struct store_sqlite_options options = {.entropy = &entropy};
    const struct store_query query = {.newest_first = true};
    struct store *store;

    if (argc != 2) {
        (void)fputs("usage: bench_stream STORE\n", stderr);
        return 2;
    }
    must(entropy_start(), "entropy");
    entropy_init_system(&entropy);
    must(store_sqlite_open(&store, argv[1], &options), argv[1]);
    must(store_walk(store, &query, load, store), "walk");
    printf("%zu statements\n%-44s %9s %5s %5s %7s %7s %7s %7s %6s\n", count,
           "way", "octets", "ratio", "in MB", "ten", "ms", "pack", "expand",
           "MiB");
    run_stored();
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
        run_way(&ways[i]);
    for (size_t i = 0; i < count; i++) {
        byte_buf_release(&items[i].plain);
        byte_buf_release(&items[i].spare);
        byte_buf_release(&items[i].text);
    }
    store_free(store);
    return count > 0 ? 0 : 1;
}
