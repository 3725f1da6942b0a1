#include "bundles/statement.h"

#include <assert.h>
#include <string.h>

#include "bundles/language.h"
#include "bundles/record_field.h"
#include "bundles/record_lines.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/text.h"

static_assert(sizeof(((struct statement *)0)->titles) /
                      sizeof(struct statement_title) ==
                  STATEMENT_TITLES_MAX,
              "room for all titles");

/* What breaks the grammar belongs to a p2pub of later. */

/* KEY, or KEY NAME */
static enum status
add_signatory(struct statement *out, struct byte_view text,
              const struct key_author *author)
{
    size_t count = out->signatory_count;
    struct statement_signatory *signatory = &out->signatories[count];

    if (key_public_parse(&signatory->key, record_lines_word(&text)) !=
            STATUS_OK ||
        key_author_equal(&signatory->key.author, author))
        return STATUS_NEWER;
    for (size_t i = 0; i < count; i++) {
        if (key_author_equal(&signatory->key.author,
                             &out->signatories[i].key.author))
            return STATUS_NEWER;
    }
    if (text.size > STATEMENT_SIGNATORY_NAME_MAX ||
        (text.size > 0 && !record_field_is_text(text)))
        return STATUS_NEWER;
    signatory->name = text;
    out->signatory_count++;
    return STATUS_OK;
}

/* LANGUAGE TEXT */
static enum status
add_title(struct statement *out, struct byte_view text)
{
    size_t count = out->title_count;
    struct statement_title *title = &out->titles[count];

    if (count == STATEMENT_TITLES_MAX)
        return STATUS_NEWER;
    title->language = record_lines_word(&text);
    title->text = text;
    if (!language_is_canonical(title->language) ||
        byte_view_equal_text(title->language, "und") ||
        text.size > STATEMENT_TITLE_MAX || !record_field_is_text(text) ||
        (count > 0 &&
         byte_view_compare(title[-1].language, title->language) >= 0))
        return STATUS_NEWER;
    out->title_count++;
    return STATUS_OK;
}

/* KEY SEQUENCE ID */
static enum status
add_head(struct statement *out, struct byte_view text,
         const struct key_author *author)
{
    size_t count = out->head_count;
    struct statement_head *head = &out->heads[count];
    uint64_t sequence;

    if (key_public_parse(&head->key, record_lines_word(&text)) != STATUS_OK ||
        key_author_equal(&head->key.author, author) ||
        text_decimal_parse(&sequence, RECORD_SEQUENCE_MAX,
                           record_lines_word(&text)) != STATUS_OK ||
        sequence == 0 || record_id_parse(&head->id, text) != STATUS_OK)
        return STATUS_NEWER;
    for (size_t i = 0; i < count; i++) {
        if (key_author_equal(&head->key.author, &out->heads[i].key.author))
            return STATUS_NEWER;
    }
    head->sequence = (uint32_t)sequence;
    out->head_count++;
    return STATUS_OK;
}

/* The lines that may stand once: replaces, translates. */
static enum status
take_id(struct record_lines *lines, const char *word, bool *has,
        struct record_id *id)
{
    struct byte_view text;

    *has = record_lines_take(lines, word, &text);
    if (*has && record_id_parse(id, text) != STATUS_OK)
        return STATUS_NEWER;
    return STATUS_OK;
}

static enum status
take_work(struct record_lines *lines, struct statement *out)
{
    struct byte_view text;

    out->has_work = record_lines_take(lines, "work", &text);
    if (out->has_work &&
        text_decimal_parse(&out->work, STATEMENT_WORK_MAX, text) != STATUS_OK)
        return STATUS_NEWER;
    return STATUS_OK;
}

static enum status
take_salt(struct record_lines *lines, struct statement *out)
{
    struct byte_view text;

    out->has_salt = record_lines_take(lines, "salt", &text);
    if (out->has_salt &&
        text_hex_parse(out->salt, sizeof(out->salt), text) != STATUS_OK)
        return STATUS_NEWER;
    return STATUS_OK;
}

/* title title-in* signatory* replaces? translates? head* work? salt?, no others.  The
 * arrays have room for all there are. */
static enum status
read_lines(struct statement *out, struct record_lines lines,
           const struct key_author *author)
{
    enum status status = STATUS_OK;
    struct byte_view text;

    if (!record_lines_take(&lines, "title", &out->title) ||
        out->title.size > STATEMENT_TITLE_MAX)
        return STATUS_NEWER;
    while (status == STATUS_OK && record_lines_take(&lines, "title-in", &text))
        status = add_title(out, text);
    while (status == STATUS_OK && record_lines_take(&lines, "signatory", &text))
        status = add_signatory(out, text, author);
    if (status == STATUS_OK)
        status =
            take_id(&lines, "replaces", &out->has_replaces, &out->replaces);
    if (status == STATUS_OK)
        status = take_id(&lines, "translates", &out->has_translates,
                         &out->translates);
    while (status == STATUS_OK && record_lines_take(&lines, "head", &text))
        status = add_head(out, text, author);
    if (status == STATUS_OK)
        status = take_work(&lines, out);
    if (status == STATUS_OK)
        status = take_salt(&lines, out);
    if (status == STATUS_OK && lines.left > 0)
        status = STATUS_NEWER;
    return status;
}

static enum status
read_fields(struct statement *out, const struct record_fields *fields)
{
    struct record_lines lines = record_lines_of(fields);
    enum status status = STATUS_NO_MEMORY;

    memset(out, 0, sizeof(*out));
    out->signatories = mem_zalloc(record_lines_count(&lines, "signatory"),
                                  sizeof(*out->signatories));
    out->heads =
        mem_zalloc(record_lines_count(&lines, "head"), sizeof(*out->heads));
    if (out->signatories != NULL && out->heads != NULL)
        status = read_lines(out, lines, &fields->key.author);
    if (status != STATUS_OK)
        statement_release(out);
    return status;
}

enum status
statement_read(struct statement *out, const struct record *record)
{
    memset(out, 0, sizeof(*out));
    if (record_kind(record) != RECORD_STATEMENT)
        return STATUS_NEWER;
    return read_fields(out, record_fields(record));
}

void
statement_release(struct statement *statement)
{
    mem_free(statement->signatories);
    mem_free(statement->heads);
    memset(statement, 0, sizeof(*statement));
}

static void
write_key(struct writer *writer, const struct key_public *key)
{
    char text[KEY_STRING_SIZE];

    key_public_format(key, text);
    writer_text(writer, text);
}

static void
write_id(struct record_lines_draft *draft, const char *word,
         const struct record_id *id)
{
    record_lines_begin(draft, word);
    writer_hex(&draft->writer, id->octets, sizeof(id->octets));
}

static void
write_lines(struct record_lines_draft *draft, const struct statement *statement)
{
    struct writer *writer = &draft->writer;

    record_lines_begin(draft, "title");
    writer_bytes(writer, statement->title);
    for (size_t i = 0; i < statement->title_count; i++) {
        record_lines_begin(draft, "title-in");
        writer_bytes(writer, statement->titles[i].language);
        writer_text(writer, " ");
        writer_bytes(writer, statement->titles[i].text);
    }
    for (size_t i = 0; i < statement->signatory_count; i++) {
        record_lines_begin(draft, "signatory");
        write_key(writer, &statement->signatories[i].key);
        if (statement->signatories[i].name.size > 0)
            writer_text(writer, " ");
        writer_bytes(writer, statement->signatories[i].name);
    }
    if (statement->has_replaces)
        write_id(draft, "replaces", &statement->replaces);
    if (statement->has_translates)
        write_id(draft, "translates", &statement->translates);
    for (size_t i = 0; i < statement->head_count; i++) {
        record_lines_begin(draft, "head");
        write_key(writer, &statement->heads[i].key);
        writer_text(writer, " ");
        writer_decimal(writer, statement->heads[i].sequence);
        writer_text(writer, " ");
        writer_hex(writer, statement->heads[i].id.octets, 32);
    }
    if (statement->has_work) {
        record_lines_begin(draft, "work");
        writer_decimal(writer, statement->work);
    }
    if (statement->has_salt) {
        record_lines_begin(draft, "salt");
        writer_hex(writer, statement->salt, sizeof(statement->salt));
    }
}

/* Whether these fields read as a statement. */
static enum status
check_written(const struct record_fields *fields)
{
    struct statement read;
    enum status status;

    status = read_fields(&read, fields);
    statement_release(&read);
    return status == STATUS_NEWER ? STATUS_MALFORMED : status;
}

enum status
statement_write_header(struct byte_buf *out,
                       const struct record_fields *envelope,
                       const struct statement *statement)
{
    struct record_fields fields = *envelope;
    struct record_lines_draft draft;
    enum status status;

    fields.kind = byte_view_of_text("statement");
    record_lines_init(&draft);
    write_lines(&draft, statement);
    status = record_lines_finish(&draft, &fields);
    if (status == STATUS_OK)
        status = check_written(&fields);
    if (status == STATUS_OK)
        status = record_write_header(out, &fields);
    record_lines_release(&draft);
    return status;
}
