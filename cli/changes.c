#include "cli/changes.h"

#include <stdio.h>
#include <string.h>

#include "cli/changes_text.h"
#include "cli/document.h"
#include "cli/i18n.h"
#include "core/limits.h"

/* The two statements, and where their difference goes. */
struct changes {
    struct cli *cli;
    struct render *render;
    json_t *object;
    const struct subject *old;
    const struct subject *new;
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
    if (verdict->lineage.standing == GOOD_PART_OPEN)
        return cli_fail(cli, CLI_NOT_FOUND, NULL,
                        _("whether this replaces %.*s cannot be told before "
                          "more of its key's records have arrived"),
                        RENDER_ID_DIGITS, id);
    if (verdict->lineage.standing == GOOD_PART_CLAIMED)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("%.*s is replaced by nothing that its key signed "
                          "after it had ended"),
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
    return changes_text_show(changes->cli, changes->old, changes->new, render,
                             changes->object);
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
