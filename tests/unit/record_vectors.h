/*
 * What tests/vectors/records is made of: good records and bad ones.
 *
 * tests/unit/test_record_vectors.c holds the committed octets to these tables,
 * and writes them anew with P2PUB_WRITE_VECTORS=1 in the environment.
 *
 * In the lines of a header @NAME@ stands for the id of a good record that
 * comes before, @previous NAME...@ and @follows NAME...@ for lines of that
 * word with such ids in their order, @fill@ for as many x as a header may have, and @overfill@ for one
 * more.
 */
#ifndef P2PUB_TESTS_UNIT_RECORD_VECTORS_H
#define P2PUB_TESTS_UNIT_RECORD_VECTORS_H

#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "core/bytes.h"
#include "core/status.h"
#include "core/writer.h"

#define RECORD_VECTORS_FILES_MAX 3

struct record_vectors_file {
    const char *name; /* NULL behind the last one */
    const char *language;
    const char *type;
    const char *text; /* NULL: numbered lines, 33,000 octets of them,
                       or as many as the smallest box has */
};

struct record_vectors_good {
    const char *name;
    const char *meaning; /* a kind that is read, carried or newer */
    uint8_t key;         /* tests/unit/records.h */
    const char *lines;   /* the header up to its files */
    struct record_vectors_file files[RECORD_VECTORS_FILES_MAX];
};

extern const struct record_vectors_good record_vectors_good[];
extern const size_t record_vectors_good_count;

/* What is done to the signature of a bad record. */
enum record_vectors_forgery {
    RECORD_VECTORS_SIGNED,     /* nothing: it holds */
    RECORD_VECTORS_OTHER_KEY,  /* by key 2, which calls itself key 1 */
    RECORD_VECTORS_LABEL,      /* by the right key under another key id */
    RECORD_VECTORS_COMMENT,    /* with the trusted comment of another kind */
    RECORD_VECTORS_STOCK,      /* with the trusted comment of stock minisign */
    RECORD_VECTORS_FIRST,      /* a bit of the signature flipped */
    RECORD_VECTORS_GLOBAL,     /* a bit of the global signature flipped */
    RECORD_VECTORS_EXCHANGED,  /* the two exchanged */
    RECORD_VECTORS_LEGACY,     /* `Ed` instead of `ED` */
    RECORD_VECTORS_CRLF,       /* its lines end in CR LF */
    RECORD_VECTORS_FIFTH_LINE, /* a line more */
    RECORD_VECTORS_CUT         /* without its last LF */
};

struct record_vectors_bad {
    const char *name;
    enum status status;
    const char *old; /* the change to record_vectors_base, see records.h */
    const char *new_text;
    const char *reason;
    enum record_vectors_forgery forgery;
};

/* A good header. */
extern const char record_vectors_base[];

extern const struct record_vectors_bad record_vectors_bad[];
extern const size_t record_vectors_bad_count;

/* The id of the good record of that name; ids are those of all good ones made
 * so far, in their order. */
const struct record_id *record_vectors_id(const struct record_id *ids,
                                          const char *name, size_t size);

/* Write lines with what its placeholders stand for. */
void record_vectors_write_lines(struct writer *writer, const char *lines,
                                const struct record_id *ids);

/* Write the two lines of file. */
void record_vectors_write_file(struct writer *writer,
                               const struct record_vectors_file *file);

/* The octets of file; release them. */
struct byte_buf record_vectors_octets(const struct record_vectors_file *file);

#endif
