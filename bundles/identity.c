#include "bundles/identity.h"

#include <assert.h>
#include <string.h>

#include "bundles/language.h"
#include "bundles/record_field.h"
#include "bundles/record_lines.h"
#include "core/limits.h"
#include "core/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static_assert(COUNT(((struct identity *)0)->recovery) ==
                      IDENTITY_RECOVERY_MAX &&
                  COUNT(((struct identity *)0)->follows) ==
                      IDENTITY_FOLLOWS_MAX &&
                  COUNT(((struct identity *)0)->good) == IDENTITY_GOOD_MAX &&
                  COUNT(((struct identity *)0)->names) == IDENTITY_NAMES_MAX,
              "as many as the limits say");

/* What breaks the grammar belongs to a p2pub of later. */

static enum status
add_follows(struct identity *out, struct byte_view text)
{
    size_t count = out->follow_count;

    if (count == IDENTITY_FOLLOWS_MAX ||
        record_id_parse(&out->follows[count], text) != STATUS_OK ||
        (count > 0 && memcmp(&out->follows[count - 1], &out->follows[count],
                             sizeof(out->follows[0])) >= 0))
        return STATUS_NEWER;
    out->follow_count++;
    return STATUS_OK;
}

/* KEY SEQUENCE ID */
static enum status
add_good(struct identity *out, struct byte_view text,
         const struct key_author *author)
{
    size_t count = out->good_count;
    struct identity_good *good = &out->good[count];
    uint64_t sequence;

    if (count == IDENTITY_GOOD_MAX ||
        key_public_parse(&good->key, record_lines_word(&text)) != STATUS_OK ||
        key_author_equal(&good->key.author, author) ||
        (count > 0 && memcmp(&good[-1].key.author, &good->key.author,
                             sizeof(good->key.author)) >= 0) ||
        text_decimal_parse(&sequence, RECORD_SEQUENCE_MAX,
                           record_lines_word(&text)) != STATUS_OK ||
        sequence == 0 || record_id_parse(&good->id, text) != STATUS_OK)
        return STATUS_NEWER;
    good->sequence = (uint32_t)sequence;
    out->good_count++;
    return STATUS_OK;
}

static bool
is_ascending(struct byte_view a, struct byte_view b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int difference = memcmp(a.data, b.data, size);

    return difference != 0 ? difference < 0 : a.size < b.size;
}

/* LANG TEXT */
static enum status
add_name(struct identity *out, struct byte_view text)
{
    size_t count = out->name_count;
    struct identity_name *name = &out->names[count];

    if (count == IDENTITY_NAMES_MAX)
        return STATUS_NEWER;
    name->language = record_lines_word(&text);
    name->text = text;
    if (!language_is_canonical(name->language) ||
        byte_view_equal_text(name->language, "und") ||
        text.size > IDENTITY_NAME_MAX || !record_field_is_text(text) ||
        (count > 0 && !is_ascending(name[-1].language, name->language)))
        return STATUS_NEWER;
    out->name_count++;
    return STATUS_OK;
}

static enum status
add_recovery(struct identity *out, struct byte_view text,
             const struct key_author *author)
{
    size_t count = out->recovery_count;

    if (count == IDENTITY_RECOVERY_MAX ||
        key_public_parse(&out->recovery[count], text) != STATUS_OK ||
        key_author_equal(&out->recovery[count].author, author))
        return STATUS_NEWER;
    for (size_t i = 0; i < count; i++) {
        if (key_author_equal(&out->recovery[i].author,
                             &out->recovery[count].author))
            return STATUS_NEWER;
    }
    out->recovery_count++;
    return STATUS_OK;
}

/* A letter or digit of a host, its dots and hyphens, a port, the brackets of
 * an IPv6 address. */
static bool
is_of_host(uint8_t octet)
{
    return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') ||
           (octet >= '0' && octet <= '9') ||
           (octet != '\0' && strchr(".-:[]", octet) != NULL);
}

/* What RFC 3986 lets stand behind the host. */
static bool
is_of_path(uint8_t octet)
{
    return is_of_host(octet) ||
           (octet != '\0' && strchr("/?#@!$&'()*+,;=_~%", octet) != NULL);
}

bool
identity_is_web(struct byte_view text)
{
    size_t at = 0;
    size_t host;

    if (text.size > IDENTITY_WEB_MAX)
        return false;
    if (text.size > 8 && memcmp(text.data, "https://", 8) == 0)
        at = 8;
    else if (text.size > 7 && memcmp(text.data, "http://", 7) == 0)
        at = 7;
    host = at;
    while (at > 0 && at < text.size && is_of_host(text.data[at]))
        at++;
    if (at == host || (at < text.size && strchr("/?#", text.data[at]) == NULL))
        return false;
    while (at < text.size && is_of_path(text.data[at]))
        at++;
    return at == text.size;
}

/* version follows* good*: none of these in version 1, and at least one
 * `follows` in each later one. */
static enum status
take_place(struct identity *out, struct record_lines *lines,
           const struct key_author *author)
{
    enum status status = STATUS_OK;
    struct byte_view text;
    uint64_t version;

    if (!record_lines_take(lines, "version", &text) ||
        text_decimal_parse(&version, IDENTITY_VERSION_MAX, text) != STATUS_OK ||
        version == 0)
        return STATUS_NEWER;
    out->version = (uint32_t)version;
    while (status == STATUS_OK && record_lines_take(lines, "follows", &text))
        status = add_follows(out, text);
    while (status == STATUS_OK && record_lines_take(lines, "good", &text))
        status = add_good(out, text, author);
    if (status == STATUS_OK && ((version == 1) != (out->follow_count == 0) ||
                                (version == 1 && out->good_count > 0)))
        status = STATUS_NEWER;
    return status;
}

/* name name-in* web? */
static enum status
take_names(struct identity *out, struct record_lines *lines)
{
    enum status status = STATUS_OK;
    struct byte_view text;

    if (!record_lines_take(lines, "name", &out->name) ||
        out->name.size > IDENTITY_NAME_MAX)
        return STATUS_NEWER;
    while (status == STATUS_OK && record_lines_take(lines, "name-in", &text))
        status = add_name(out, text);
    if (status == STATUS_OK && record_lines_take(lines, "web", &out->web) &&
        !identity_is_web(out->web))
        status = STATUS_NEWER;
    return status;
}

/* recovery+ threshold */
static enum status
take_recovery(struct identity *out, struct record_lines *lines,
              const struct key_author *author)
{
    enum status status = STATUS_OK;
    struct byte_view text;
    uint64_t threshold;

    while (status == STATUS_OK && record_lines_take(lines, "recovery", &text))
        status = add_recovery(out, text, author);
    if (status != STATUS_OK)
        return status;
    /* More than half, so that two sets of signers share one; and so at least
     * one recovery key. */
    if (!record_lines_take(lines, "threshold", &text) ||
        text_decimal_parse(&threshold, out->recovery_count, text) !=
            STATUS_OK ||
        2 * threshold <= out->recovery_count)
        return STATUS_NEWER;
    out->threshold = (uint32_t)threshold;
    return STATUS_OK;
}

/* These lines and nothing else, no files either. */
static enum status
read_fields(struct identity *out, const struct record_fields *fields)
{
    struct record_lines lines = record_lines_of(fields);
    enum status status = take_place(out, &lines, &fields->key.author);

    if (status == STATUS_OK)
        status = take_names(out, &lines);
    if (status == STATUS_OK)
        status = take_recovery(out, &lines, &fields->key.author);
    if (status == STATUS_OK && (lines.left > 0 || fields->file_count > 0))
        status = STATUS_NEWER;
    return status;
}

enum status
identity_read(struct identity *out, const struct record *record)
{
    enum status status = STATUS_NEWER;

    memset(out, 0, sizeof(*out));
    if (record_kind(record) == RECORD_IDENTITY)
        status = read_fields(out, record_fields(record));
    if (status != STATUS_OK)
        memset(out, 0, sizeof(*out));
    return status;
}

static void
write_key(struct record_lines_draft *draft, const char *word,
          const struct key_public *key)
{
    char text[KEY_STRING_SIZE];

    key_public_format(key, text);
    record_lines_begin(draft, word);
    writer_text(&draft->writer, text);
}

static void
write_place(struct record_lines_draft *draft, const struct identity *identity)
{
    struct writer *writer = &draft->writer;

    record_lines_begin(draft, "version");
    writer_decimal(writer, identity->version);
    for (size_t i = 0; i < identity->follow_count; i++) {
        record_lines_begin(draft, "follows");
        writer_hex(writer, identity->follows[i].octets, 32);
    }
    for (size_t i = 0; i < identity->good_count; i++) {
        write_key(draft, "good", &identity->good[i].key);
        writer_text(writer, " ");
        writer_decimal(writer, identity->good[i].sequence);
        writer_text(writer, " ");
        writer_hex(writer, identity->good[i].id.octets, 32);
    }
}

static void
write_lines(struct record_lines_draft *draft, const struct identity *identity)
{
    struct writer *writer = &draft->writer;

    write_place(draft, identity);
    record_lines_begin(draft, "name");
    writer_bytes(writer, identity->name);
    for (size_t i = 0; i < identity->name_count; i++) {
        record_lines_begin(draft, "name-in");
        writer_bytes(writer, identity->names[i].language);
        writer_text(writer, " ");
        writer_bytes(writer, identity->names[i].text);
    }
    if (identity->web.size > 0) {
        record_lines_begin(draft, "web");
        writer_bytes(writer, identity->web);
    }
    for (size_t i = 0; i < identity->recovery_count; i++)
        write_key(draft, "recovery", &identity->recovery[i]);
    record_lines_begin(draft, "threshold");
    writer_decimal(writer, identity->threshold);
}

enum status
identity_write_header(struct byte_buf *out,
                      const struct record_fields *envelope,
                      const struct identity *identity)
{
    struct record_fields fields = *envelope;
    struct record_lines_draft draft;
    struct identity read = {0};
    enum status status;

    if (identity->recovery_count > IDENTITY_RECOVERY_MAX ||
        identity->follow_count > IDENTITY_FOLLOWS_MAX ||
        identity->good_count > IDENTITY_GOOD_MAX ||
        identity->name_count > IDENTITY_NAMES_MAX)
        return STATUS_TOO_LARGE;

    fields.kind = byte_view_of_text("identity");
    fields.file_count = 0;
    record_lines_init(&draft);
    write_lines(&draft, identity);
    status = record_lines_finish(&draft, &fields);
    if (status == STATUS_OK && read_fields(&read, &fields) != STATUS_OK)
        status = STATUS_MALFORMED;
    if (status == STATUS_OK)
        status = record_write_header(out, &fields);
    record_lines_release(&draft);
    return status;
}
