/*
 * For scripts: the records of an identity whose key was stolen, each in a
 * folder of its own below DIRECTORY.
 *
 *     chain DIRECTORY
 *
 *     root                        version 1, three recovery keys, two needed
 *     ours                        signed with the first key, good
 *     second                      version 2: the second key; ours is the last
 *                                 good record of the first
 *     agreed-1 agreed-2           two recovery keys agree to it
 *     present                     signed with the second key
 *     withdrawal                  of ours, with the second key
 *     forged hidden               by the thief with the first key: a statement,
 *                                 and a withdrawal of present
 *     rival rival-1 rival-2       another version 2, agreed to as well
 *     healed healed-1 healed-2    version 3, which follows both
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "core/bytes.h"
#include "core/entropy.h"
#include "core/file.h"
#include "tests/unit/identities.h"
#include "tests/unit/pile.h"
#include "tests/unit/signings.h"

static const char *directory;

static void
write_file(const char *name, const char *file, struct byte_view octets)
{
    char path[512];

    (void)snprintf(path, sizeof(path), "%s/%s/%s", directory, name, file);
    if (file_write(path, octets, 0644) != STATUS_OK) {
        (void)fprintf(stderr, "chain: '%s': %s\n", path, strerror(errno));
        exit(1);
    }
}

static void
write_record(const char *name, const struct record *record)
{
    char path[512];
    char id[RECORD_ID_TEXT_SIZE];
    struct byte_buf minisig;

    (void)snprintf(path, sizeof(path), "%s/%s", directory, name);
    if (mkdir(path, 0755) != 0) {
        (void)fprintf(stderr, "chain: '%s': %s\n", path, strerror(errno));
        exit(1);
    }
    byte_buf_init(&minisig, 4096);
    if (record_write_minisig(&minisig, record) != STATUS_OK)
        exit(1);
    record_id_format(record_id(record), id);
    write_file(name, "header.txt", record_header(record));
    write_file(name, "header.txt.minisig", byte_view_of_buf(&minisig));
    write_file(name, "id", byte_view_of_text(id));
    byte_buf_release(&minisig);
}

/* A version, and what two recovery keys sign of it behind it in the pile. */
static void
write_version(const char *name, const struct pile *pile, size_t at)
{
    char agreed[64];

    write_record(name, pile->records[at]);
    for (size_t i = 1; i <= 2; i++) {
        (void)snprintf(agreed, sizeof(agreed), "%s-%zu",
                       strcmp(name, "second") == 0 ? "agreed" : name, i);
        write_record(agreed, pile->records[at + i]);
    }
}

static void
write_healing(struct pile *pile, const struct record *second,
              const struct record *rival)
{
    const struct identities_version version = {
        .author = PILE_SECOND,
        .sequence = 5,
        .version = 3,
        .recovery = PILE_RECOVERY,
        .threshold = 2,
        .follows = {second, rival},
        .good = {{PILE_THIRD, 2, rival}},
    };
    const size_t at = pile->count;
    const struct record *healed = pile_put(pile, identities_seal(&version));

    pile_cosign(pile, PILE_R(1), healed);
    pile_cosign(pile, PILE_R(3), healed);
    write_version("healed", pile, at);
}

int
main(int argc, char **argv)
{
    struct pile pile = {0};
    const struct record *root;
    const struct record *ours;
    const struct record *second;
    const struct record *present;
    const struct record *rival;
    size_t at;

    if (argc != 2 || entropy_start() != STATUS_OK)
        return 1;
    directory = argv[1];
    root = pile_root(&pile);
    ours = pile_statement(&pile, PILE_FIRST, 2, root, "Ours");
    write_record("root", root);
    write_record("ours", ours);
    at = pile.count;
    second = pile_next(&pile, PILE_SECOND, 2, root, ours, true);
    write_version("second", &pile, at);
    present = pile_statement(&pile, PILE_SECOND, 3, second, "Ours, later");
    write_record("present", present);
    write_record(
        "withdrawal",
        pile_put(&pile, signings_withdraw(PILE_SECOND, 4, record_id(ours),
                                          "A name is wrong")));
    write_record("forged",
                 pile_statement(&pile, PILE_FIRST, 3, ours, "All is well"));
    write_record("hidden", pile_put(&pile, signings_withdraw(PILE_FIRST, 4,
                                                             record_id(present),
                                                             "It was a fake")));
    at = pile.count;
    rival = pile_next(&pile, PILE_THIRD, 2, root, ours, true);
    write_version("rival", &pile, at);
    write_healing(&pile, second, rival);
    pile_release(&pile);
    return 0;
}
