#include "cli/changes_text.h"

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

/* Compare, once there is a text in new. */
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

int
changes_text_show(struct cli *cli, const struct subject *old,
                  const struct subject *new, struct render *render,
                  json_t *object)
{
    struct changes changes = {
        .cli = cli,
        .render = render,
        .object = object,
        .old = old,
        .new = new,
        .is_quoted = new->verdict.standing == VERDICT_UNKNOWN,
    };

    return add_text(&changes);
}
