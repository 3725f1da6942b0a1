/*
 * How long a statement takes from one node to another, both running:
 *
 *     lag GIVER READER FILE      two stores; FILE appears when both are watched
 *
 * Waits until GIVER has one more complete statement, then until READER has,
 * and prints the milliseconds between.  "Complete" is what can be read: the
 * signatures and all hashes were checked.  99: too long.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bundles/store_sqlite.h"
#include "core/entropy.h"

#define PATIENCE_MS 60000

static void
must(enum status status, const char *what)
{
    if (status == STATUS_OK)
        return;
    (void)fprintf(stderr, "lag: %s: %s\n", what, status_text(status));
    exit(1);
}

static double
milliseconds_now(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static uint64_t
complete(struct store *store)
{
    struct store_figures figures;

    must(store_count(store, &figures), "count");
    return figures.statements - figures.incomplete;
}

/* When store has more than so many. */
static double
when_more(struct store *store, uint64_t than, double patience)
{
    const struct timespec moment = {.tv_nsec = 200000};

    while (complete(store) <= than) {
        if (milliseconds_now() > patience) {
            (void)fputs("lag: nothing came\n", stderr);
            exit(99);
        }
        (void)nanosleep(&moment, NULL);
    }
    return milliseconds_now();
}

int
main(int argc, char **argv)
{
    struct entropy entropy;
    struct store_sqlite_options options = {.read_only = true,
                                           .entropy = &entropy};
    struct store *giver;
    struct store *reader;
    uint64_t given;
    uint64_t read;
    double patience = milliseconds_now() + PATIENCE_MS;
    double began;
    FILE *file;

    if (argc != 4) {
        (void)fputs("usage: lag GIVER READER FILE\n", stderr);
        return 2;
    }
    must(entropy_start(), "entropy");
    entropy_init_system(&entropy);
    must(store_sqlite_open(&giver, argv[1], &options), argv[1]);
    must(store_sqlite_open(&reader, argv[2], &options), argv[2]);
    given = complete(giver);
    read = complete(reader);
    file = fopen(argv[3], "w");
    if (file == NULL || fclose(file) != 0) {
        perror(argv[3]);
        return 1;
    }
    began = when_more(giver, given, patience);
    (void)printf("%.1f\n", when_more(reader, read, patience) - began);
    store_free(giver);
    store_free(reader);
    return 0;
}
