#include "cli/changes.h"

#include <stdio.h>
#include <string.h>

#include "bundles/language.h"
#include "cli/document.h"
#include "cli/i18n.h"
#include "cli/text_changes.h"
#include "cli/text_choice.h"
#include "core/limits.h"
#include "core/text.h"

/* The two statements, and where their difference goes. */
struct changes {
    struct cli *cli;
    struct render *render;
    json_t *object;
    const struct subject *old;
    const struct subject *new;
    bool is_quoted; /* a stranger's text: every row says so */
    json_t *pieces; /* of the text; NULL without --json */
};

/* Who, what, which files. */

static bool
names(const struct statement *statement, const struct key_author *author)
{
    for (size_t i = 0; i < statement->signatory_count; i++)
        if (key_author_equal(&statement->signatories[i].key.author, author))
            return true;
    return false;
}

static void
add_signatories(const struct changes *changes, const struct subject *of,
                const struct subject *other, const char *label, const char *key)
{
    const struct signatories *signatories = &of->verdict.signatories;
    json_t *array = json_array();

    for (size_t i = 0; i < signatories->named_count; i++) {
        const struct verdict_signer *signer = &signatories->named[i].signer;
        json_t *object;

        if (names(&other->statement, &signer->key.author))
            continue;
        render_line_of_text(changes->render, label,
                            byte_view_of_text(verdict_signer_name(signer)));
        object = json_object();
        (void)json_object_set_new(object, "key", document_key(&signer->key));
        (void)json_object_set_new(object, "name",
                                  json_string(verdict_signer_name(signer)));
        (void)json_array_append_new(array, object);
    }
    (void)json_object_set_new(changes->object, key, array);
}

static void
add_title(const struct changes *changes)
{
    const char *language = changes->render->language;
    struct byte_view old = statement_title_in(&changes->old->statement,
                                              changes->old->record, language);
    struct byte_view new = statement_title_in(&changes->new->statement,
                                              changes->new->record, language);
    json_t *object = NULL;

    if (!byte_view_equal(old, new)) {
        render_line_of_text(changes->render, _("old title"), old);
        render_line_of_text(changes->render, _("new title"), new);
        object = json_object();
        (void)json_object_set_new(object, "old", document_text(old));
        (void)json_object_set_new(object, "new", document_text(new));
    }
    (void)json_object_set_new(changes->object, "title",
                              object == NULL ? json_null() : object);
}

static const struct record_file *
find_file(const struct subject *subject, struct byte_view name)
{
    const struct record_fields *fields = record_fields(subject->record);

    for (size_t i = 0; i < fields->file_count; i++)
        if (byte_view_equal(fields->files[i].name, name))
            return &fields->files[i];
    return NULL;
}

static void
add_file(const struct changes *changes, json_t *array,
         const struct record_file *file, const char *label, const char *word)
{
    json_t *object = json_object();

    render_line_of_text(changes->render, label, file->name);
    (void)json_object_set_new(object, "name", document_text(file->name));
    (void)json_object_set_new(object, "change", json_string(word));
    (void)json_array_append_new(array, object);
}

static void
add_files(const struct changes *changes)
{
    const struct record_fields *old = record_fields(changes->old->record);
    const struct record_fields *new = record_fields(changes->new->record);
    json_t *array = json_array();

    for (size_t i = 0; i < new->file_count; i++) {
        const struct record_file *file = &new->files[i];
        const struct record_file *before = find_file(changes->old, file->name);

        if (before == NULL)
            add_file(changes, array, file, _("new file"), "added");
        else if (memcmp(before->hash, file->hash, sizeof(file->hash)) != 0)
            add_file(changes, array, file, _("changed"), "changed");
    }
    for (size_t i = 0; i < old->file_count; i++)
        if (find_file(changes->new, old->files[i].name) == NULL)
            add_file(changes, array, &old->files[i], _("file gone"), "gone");
    (void)json_object_set_new(changes->object, "files", array);
}

/* The text. */

static const char *
piece_word(enum text_change change)
{
    switch (change) {
    case TEXT_CHANGE_SAME:
        return "same";
    case TEXT_CHANGE_GONE:
        return "gone";
    case TEXT_CHANGE_ADDED:
        return "added";
    case TEXT_CHANGE_BEGINS:
        break;
    }
    return "begins";
}

static const char *
piece_mark(enum text_change change, bool is_quoted)
{
    switch (change) {
    case TEXT_CHANGE_GONE:
        return is_quoted ? RENDER_QUOTE "- " : "- ";
    case TEXT_CHANGE_ADDED:
        return is_quoted ? RENDER_QUOTE "+ " : "+ ";
    case TEXT_CHANGE_SAME:
    case TEXT_CHANGE_BEGINS:
        break;
    }
    return is_quoted ? RENDER_QUOTE "  " : "  ";
}

/* The text of one piece as JSON holds it: what is no UTF-8 is written
 * visibly. */
static enum status
add_piece(json_t *pieces, enum text_change change, struct byte_view text)
{
    enum status status = STATUS_OK;
    struct byte_buf safe;
    json_t *object;

    byte_buf_init(&safe, PUBLISH_TEXT_MAX * 8);
    if (!text_is_utf8(text)) {
        status = text_escape(&safe, text, TEXT_PAGE, 0);
        text = byte_view_of_buf(&safe);
    }
    if (status == STATUS_OK) {
        object = json_object();
        (void)json_object_set_new(object, "change",
                                  json_string(piece_word(change)));
        (void)json_object_set_new(object, "text", document_text(text));
        if (json_array_append_new(pieces, object) != 0)
            status = STATUS_NO_MEMORY;
    }
    byte_buf_release(&safe);
    return status;
}

/* A text_changes_visit.  Our rows begin with @@, all others with a mark and a
 * blank. */
static enum status
on_piece(void *context, enum text_change change, struct byte_view text,
         size_t line)
{
    const struct changes *changes = context;
    struct render *render = changes->render;

    if (change == TEXT_CHANGE_BEGINS) {
        render_words(render, _("@@ line "));
        render_number(render, line);
        render_words(render, " @@\n");
        return render->status;
    }
    render_marked(render, piece_mark(change, changes->is_quoted), text);
    if (render->status == STATUS_OK && changes->pieces != NULL)
        return add_piece(changes->pieces, change, text);
    return render->status;
}

/* The text of the old statement in the same language, or in one of which the
 * first subtag is the same. */
static size_t
find_old_text(const struct changes *changes, struct byte_view language)
{
    const struct record_fields *fields = record_fields(changes->old->record);
    char tag[LANGUAGE_TEXT_SIZE] = "";
    int found;

    memcpy(tag, language.data, language.size);
    found = statement_choose_text(changes->old->record, tag);
    if (found < 0 ||
        !byte_view_equal(language_primary(fields->files[found].language),
                         language_primary(language)))
        return TEXT_CHOICE_NONE;
    return (size_t)found;
}

static int
show_texts(struct changes *changes, struct byte_view old, struct byte_view new)
{
    enum status status;

    if (changes->cli->json)
        changes->pieces = json_array();
    render_words(changes->render, "\n");
    status = text_changes_walk(old, new, on_piece, changes);
    (void)json_object_set_new(changes->object, "text",
                              changes->pieces == NULL ? json_null()
                                                      : changes->pieces);
    if (status == STATUS_TOO_LARGE)
        return cli_fail(changes->cli, CLI_FAILED, NULL,
                        _("the difference is too long to be shown"));
    return status == STATUS_OK ? CLI_DONE : cli_fail_memory(changes->cli);
}

/* Read and compare the texts of these two files; of old there may be none. */
static int
compare_texts(struct changes *changes, size_t old_index, size_t new_index)
{
    struct byte_buf old;
    struct byte_buf new;
    int code = CLI_DONE;

    byte_buf_init(&old, PUBLISH_TEXT_MAX);
    byte_buf_init(&new, PUBLISH_TEXT_MAX);
    if (old_index != TEXT_CHOICE_NONE)
        code = text_choice_read(changes->cli, changes->old, old_index, &old);
    if (code == CLI_DONE)
        code = text_choice_read(changes->cli, changes->new, new_index, &new);
    if (code == CLI_DONE)
        code =
            show_texts(changes, byte_view_of_buf(&old), byte_view_of_buf(&new));
    byte_buf_release(&old);
    byte_buf_release(&new);
    return code;
}

static int
add_text(struct changes *changes)
{
    const struct record_file *old = record_fields(changes->old->record)->files;
    const struct record_file *new = record_fields(changes->new->record)->files;
    struct render *render = changes->render;
    size_t old_index, new_index;
    int code = text_choice_make(changes->cli, changes->new, &new_index);

    (void)json_object_set_new(changes->object, "language", json_null());
    (void)json_object_set_new(changes->object, "text", json_null());
    if (code != CLI_DONE || new_index == TEXT_CHOICE_NONE)
        return code;
    (void)json_object_set_new(changes->object, "language",
                              document_text(new[new_index].language));
    old_index = find_old_text(changes, new[new_index].language);
    render_label(render, _("text"));
    render_text(render, new[new_index].language, 0);
    if (old_index == TEXT_CHOICE_NONE)
        render_words(render, _(": new, there was none in this language"));
    else if (memcmp(old[old_index].hash, new[new_index].hash,
                    sizeof(new[new_index].hash)) == 0)
        render_words(render, _(": the same"));
    else
        render_words(render, _(": changed"));
    render_words(render, "\n");
    return compare_texts(changes, old_index, new_index);
}

/* The statement that subject replaces, or why there is none to compare. */
static int
open_replaced(struct cli *cli, const struct subject_context *context,
              const struct subject *subject, struct subject *out)
{
    const struct verdict *verdict = &subject->verdict;
    char id[RECORD_ID_TEXT_SIZE];
    char attempt[RECORD_ID_TEXT_SIZE + 32];

    if (!subject->has_statement || !subject->statement.has_replaces) {
        if (verdict->replacements.newest_count == 0)
            return cli_fail(cli, CLI_FAILED, NULL,
                            _("this replaces no other statement, so there is "
                              "nothing to compare it with"));
        record_id_format(&verdict->replacements.newest[0].id, id);
        (void)snprintf(attempt, sizeof(attempt), "p2pub read %.*s --diff",
                       RENDER_ID_DIGITS, id);
        return cli_fail(cli, CLI_FAILED, attempt,
                        _("this replaces no other statement; it was itself "
                          "replaced"));
    }
    record_id_format(&subject->statement.replaces, id);
    if (!verdict->replaces.is_here)
        return cli_fail(cli, CLI_NOT_FOUND, NULL,
                        _("the statement that this one replaces, %.*s, has not "
                          "arrived"),
                        RENDER_ID_DIGITS, id);
    if (!verdict->replaces.is_own)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("%.*s is a statement of another key, and not "
                          "replaced by this one"),
                        RENDER_ID_DIGITS, id);
    return subject_open(cli, context, id, out);
}

static int
show(struct changes *changes)
{
    struct render *render = changes->render;

    render_words(render, "\n");
    render_label(render, _("CHANGES"));
    render_words(render, _("from "));
    render_id(render, record_id(changes->old->record), RENDER_ID_DIGITS);
    render_words(render, "  ");
    render_day(render, record_fields(changes->old->record)->date);
    render_words(render, "\n");
    (void)json_object_set_new(changes->object, "from",
                              document_id(record_id(changes->old->record)));
    add_title(changes);
    add_signatories(changes, changes->new, changes->old, _("named now"),
                    "signatories_added");
    add_signatories(changes, changes->old, changes->new, _("named before"),
                    "signatories_gone");
    add_files(changes);
    return add_text(changes);
}

int
changes_show(struct cli *cli, const struct subject_context *context,
             const struct subject *subject, struct render *render)
{
    struct subject old = {0};
    struct changes changes = {
        .cli = cli,
        .render = render,
        .old = &old,
        .new = subject,
        .is_quoted = subject->verdict.standing == VERDICT_UNKNOWN,
    };
    int code = open_replaced(cli, context, subject, &old);

    if (code == CLI_DONE && old.verdict.standing == VERDICT_FAULTY)
        code = cli_fail(cli, CLI_NOT_VERIFIED, NULL,
                        _("NOT VERIFIED: the files of what this replaces are "
                          "not what was signed"));
    if (code == CLI_DONE && !old.has_statement)
        code = cli_fail(cli, CLI_FAILED, NULL,
                        _("what this replaces needs a newer p2pub to be "
                          "shown"));
    if (code == CLI_DONE) {
        changes.object = json_object();
        code = show(&changes);
        (void)json_object_set_new(cli->document, "changes", changes.object);
    }
    subject_release(&old);
    return code;
}
