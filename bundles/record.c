#include "bundles/record.h"

#include <assert.h>
#include <stdalign.h>
#include <string.h>

#include "bundles/record_parse.h"
#include "core/hash.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/minisig.h"
#include "core/text.h"

/* One block of memory: the struct, then the arrays of fields, then wire. */
struct record {
    size_t handles; /* how many record_free are to come */
    struct record_id id;
    enum record_kind kind;
    struct record_fields fields;
    struct byte_view wire;
};

static_assert(sizeof(struct record) % alignof(struct record_file) == 0 &&
                  sizeof(struct record_file) % alignof(struct record_line) ==
                      0 &&
                  alignof(struct record_id) == 1,
              "each array may stand right behind the one before it");
static_assert(sizeof(struct key_signature) * 2 == RECORD_SIGNATURES_SIZE,
              "a wire begins with two signatures");

struct kind {
    const char *word;
    enum record_set set;
};

static const struct kind kinds[] = {
    [RECORD_STATEMENT] = {"statement", RECORD_SET_STATEMENTS},
    [RECORD_COSIGN] = {"cosign", RECORD_SET_CONTROL},
    [RECORD_WITHDRAW] = {"withdraw", RECORD_SET_CONTROL},
    [RECORD_IDENTITY] = {"identity", RECORD_SET_CONTROL},
    [RECORD_REVOKE] = {"revoke", RECORD_SET_CONTROL},
    [RECORD_VOUCH] = {"vouch", RECORD_SET_CONTROL},
    [RECORD_SEALED] = {"sealed", RECORD_SET_STATEMENTS},
    [RECORD_RELEASE] = {"release", RECORD_SET_CONTROL},
    [RECORD_OTHER] = {NULL, RECORD_SET_STATEMENTS},
};

bool
record_id_equal(const struct record_id *a, const struct record_id *b)
{
    return memcmp(a->octets, b->octets, sizeof(a->octets)) == 0;
}

void
record_id_format(const struct record_id *id, char out[RECORD_ID_TEXT_SIZE])
{
    text_hex(out, id->octets, sizeof(id->octets));
}

enum status
record_id_parse(struct record_id *out, struct byte_view text)
{
    return text_hex_parse(out->octets, sizeof(out->octets), text);
}

static enum record_kind
kind_of_word(struct byte_view word)
{
    enum record_kind kind = RECORD_STATEMENT;

    while (kind != RECORD_OTHER &&
           !byte_view_equal_text(word, kinds[kind].word))
        kind++;
    return kind;
}

/* The same octets in the copy of where that was copied to. */
static void
move_view(struct byte_view *view, const uint8_t *from, const uint8_t *to)
{
    view->data = to + (view->data - from);
}

/* Let the views in record's fields, which point into header, point into the
 * record's own copy. */
static void
move_fields(struct record *record, struct record_line *lines,
            struct record_file *files, const uint8_t *header)
{
    struct record_fields *fields = &record->fields;
    const uint8_t *own = record_header(record).data;

    move_view(&fields->kind, header, own);
    for (size_t i = 0; i < fields->line_count; i++) {
        move_view(&lines[i].word, header, own);
        move_view(&lines[i].text, header, own);
    }
    for (size_t i = 0; i < fields->file_count; i++) {
        move_view(&files[i].name, header, own);
        move_view(&files[i].language, header, own);
        move_view(&files[i].type, header, own);
    }
}

/* Make the record of a header that was parsed and whose signatures hold. */
static enum status
make(struct record **out, const struct record_parse *parse,
     struct byte_view header, const struct minisig *minisig)
{
    const struct record_fields *fields = &parse->fields;
    const size_t files_size = fields->file_count * sizeof(struct record_file);
    const size_t lines_size = fields->line_count * sizeof(struct record_line);
    const size_t previous_size =
        fields->previous_count * sizeof(struct record_id);
    struct record *record;
    uint8_t *files, *lines, *previous, *wire;

    record = mem_alloc(sizeof(*record) + files_size + lines_size +
                       previous_size + RECORD_SIGNATURES_SIZE + header.size);
    if (record == NULL)
        return STATUS_NO_MEMORY;
    files = (uint8_t *)record + sizeof(*record);
    lines = files + files_size;
    previous = lines + lines_size;
    wire = previous + previous_size;
    memcpy(files, fields->files, files_size);
    memcpy(lines, fields->lines, lines_size);
    memcpy(previous, fields->previous, previous_size);
    memcpy(wire, minisig->signature.octets, 64);
    memcpy(wire + 64, minisig->global.octets, 64);
    memcpy(wire + RECORD_SIGNATURES_SIZE, header.data, header.size);

    record->handles = 1;
    hash_256(record->id.octets, header);
    record->kind = kind_of_word(fields->kind);
    record->wire = byte_view_of(wire, RECORD_SIGNATURES_SIZE + header.size);
    record->fields = *fields;
    record->fields.files = (void *)files;
    record->fields.lines = (void *)lines;
    record->fields.previous = (void *)previous;
    move_fields(record, (void *)lines, (void *)files, header.data);
    *out = record;
    return STATUS_OK;
}

/*
 * The gate.  Every record is made here, or in record_open_row below from a row
 * that went through here before.
 */
static enum status
pass_gate(struct record **out, const struct record_parse *parse,
          struct byte_view header, const struct minisig *minisig)
{
    enum status status;

    status = minisig_verify(minisig, header, &parse->fields.key.author);
    if (status != STATUS_OK)
        return status;
    return make(out, parse, header, minisig);
}

/* The trusted comment that goes with a kind: a text with its size. */
static size_t
write_comment(char *out, struct byte_view kind)
{
    static const char magic[] = "p2pub1 ";
    const size_t size = sizeof(magic) - 1;

    static_assert(sizeof(magic) + RECORD_WORD_MAX <= MINISIG_TRUSTED_MAX,
                  "every kind fits a trusted comment");
    memcpy(out, magic, size);
    memcpy(out + size, kind.data, kind.size);
    out[size + kind.size] = '\0';
    return size + kind.size;
}

/* minisign's form of the signatures of wire, whose fields were read. */
static void
make_minisig(struct minisig *out, struct byte_view wire,
             const struct record_fields *fields)
{
    out->id = fields->key.id;
    memcpy(out->signature.octets, wire.data, 64);
    memcpy(out->global.octets, wire.data + 64, 64);
    out->comment_size = write_comment(out->comment, fields->kind);
}

enum status
record_seal(struct record **out, struct byte_view header,
            const struct key_secret *secret)
{
    struct record_parse parse;
    struct minisig minisig;
    char comment[MINISIG_TRUSTED_MAX + 1];
    enum status status;

    *out = NULL;
    status = record_parse_header(&parse, header);
    if (status != STATUS_OK)
        return status;
    if (!key_public_equal(&parse.fields.key, &secret->public_key))
        return STATUS_MALFORMED;
    (void)write_comment(comment, parse.fields.kind);
    status = minisig_sign(&minisig, header, comment, secret);
    if (status != STATUS_OK)
        return status;
    return pass_gate(out, &parse, header, &minisig);
}

/* Read wire as far as that goes without signatures. */
static enum status
read_wire(struct record_parse *parse, struct minisig *minisig,
          struct byte_view *header, struct byte_view wire)
{
    enum status status;

    /* What is left of a wire that is too long is too long for a header. */
    *header = byte_view_slice(wire, RECORD_SIGNATURES_SIZE, wire.size);
    status = record_parse_header(parse, *header);
    if (status == STATUS_OK)
        make_minisig(minisig, wire, &parse->fields);
    return status;
}

enum status
record_open(struct record **out, struct byte_view wire)
{
    struct record_parse parse;
    struct minisig minisig;
    struct byte_view header;
    enum status status;

    *out = NULL;
    status = read_wire(&parse, &minisig, &header, wire);
    if (status != STATUS_OK)
        return status;
    return pass_gate(out, &parse, header, &minisig);
}

enum status
record_open_files(struct record **out, struct byte_view header,
                  const struct minisig *minisig)
{
    struct record_parse parse;
    char comment[MINISIG_TRUSTED_MAX + 1];
    size_t size;
    enum status status;

    *out = NULL;
    status = record_parse_header(&parse, header);
    if (status != STATUS_OK)
        return status;
    size = write_comment(comment, parse.fields.kind);
    if (!byte_view_equal(
            byte_view_of(comment, size),
            byte_view_of(minisig->comment, minisig->comment_size)) ||
        memcmp(minisig->id.octets, parse.fields.key.id.octets, 8) != 0)
        return STATUS_BAD_SIGNATURE;
    return pass_gate(out, &parse, header, minisig);
}

struct record_id
record_id_of_wire(struct byte_view wire)
{
    struct record_id id = {{0}};

    if (wire.size > RECORD_SIGNATURES_SIZE)
        hash_256(id.octets,
                 byte_view_slice(wire, RECORD_SIGNATURES_SIZE, wire.size));
    return id;
}

void
record_tag(uint8_t tag[RECORD_TAG_SIZE], struct byte_view wire,
           const struct record_row_key *row_key)
{
    hash_keyed(tag, RECORD_TAG_SIZE,
               byte_view_of(row_key->octets, sizeof(row_key->octets)), wire,
               byte_view_of(NULL, 0));
}

enum status
record_open_row(struct record **out, struct byte_view wire,
                const uint8_t tag[RECORD_TAG_SIZE],
                const struct record_row_key *row_key)
{
    uint8_t wanted[RECORD_TAG_SIZE];
    struct record_parse parse;
    struct minisig minisig;
    struct byte_view header;
    enum status status;

    *out = NULL;
    status = read_wire(&parse, &minisig, &header, wire);
    if (status != STATUS_OK)
        return status;
    record_tag(wanted, wire, row_key);
    if (!mem_equal_secret(wanted, tag, sizeof(wanted)))
        return STATUS_BAD_SIGNATURE;
    return make(out, &parse, header, &minisig);
}

struct record *
record_keep(struct record *record)
{
    record->handles++;
    return record;
}

void
record_free(struct record *record)
{
    if (record != NULL && --record->handles == 0)
        mem_free(record);
}

const struct record_id *
record_id(const struct record *record)
{
    return &record->id;
}

const struct record_fields *
record_fields(const struct record *record)
{
    return &record->fields;
}

enum record_kind
record_kind(const struct record *record)
{
    return record->kind;
}

enum record_set
record_set(const struct record *record)
{
    return kinds[record->kind].set;
}

struct byte_view
record_header(const struct record *record)
{
    return byte_view_slice(record->wire, RECORD_SIGNATURES_SIZE,
                           record->wire.size);
}

struct byte_view
record_wire(const struct record *record)
{
    return record->wire;
}

enum status
record_write_minisig(struct byte_buf *out, const struct record *record)
{
    struct minisig minisig;

    make_minisig(&minisig, record->wire, &record->fields);
    return minisig_write(out, &minisig);
}
