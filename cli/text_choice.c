#include "cli/text_choice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bundles/language.h"
#include "cli/i18n.h"
#include "cli/render.h"
#include "cli/translation.h"
#include "core/limits.h"

/* The language of the environment as a tag, or empty. */
static void
language_of_environment(char out[LANGUAGE_TEXT_SIZE])
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    char tag[LANGUAGE_TEXT_SIZE] = "";

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = getenv(names[i]);
        size_t size = value == NULL ? 0 : strcspn(value, ".@");

        if (size == 0)
            continue;
        if (size < sizeof(tag))
            memcpy(tag, value, size);
        break;
    }
    for (char *letter = tag; *letter != '\0'; letter++)
        if (*letter == '_')
            *letter = '-';
    /* What is no tag ("C") asks for nothing; POSIX looks like one, and no text
     * has it. */
    if (language_canonical(out, byte_view_of_text(tag)) != STATUS_OK)
        out[0] = '\0';
}

void
text_choice_language(const struct cli *cli, char out[LANGUAGE_TEXT_SIZE])
{
    if (cli->language[0] == '\0')
        language_of_environment(out);
    else
        memcpy(out, cli->language, LANGUAGE_TEXT_SIZE);
}

int
text_choice_take_language(struct cli *cli, const char *tag)
{
    if (language_canonical(cli->language, byte_view_of_text(tag)) == STATUS_OK)
        return CLI_DONE;
    return cli_misused(cli, _("'%s' is no tag of a language, such as en or ru"),
                       tag);
}

static int
fail_missing(struct cli *cli, const struct subject *subject,
             const char *language)
{
    const struct record_fields *fields = record_fields(subject->record);
    enum status status = STATUS_OK;
    const char *text = NULL;
    const struct verdict_link *link = translation_find(subject, language);
    char attempt[RECORD_ID_TEXT_SIZE + LANGUAGE_TEXT_SIZE + 32] = "";
    char id[RECORD_ID_TEXT_SIZE];
    struct byte_buf all;
    int code;

    if (link != NULL) {
        record_id_format(&link->id, id);
        (void)snprintf(attempt, sizeof(attempt), "p2pub read %.*s --lang %s",
                       RENDER_ID_DIGITS, id, language);
    }
    byte_buf_init(&all, RECORD_HEADER_MAX);
    for (size_t i = 0; status == STATUS_OK && i < fields->file_count; i++) {
        if (!statement_is_text(&fields->files[i]))
            continue;
        status = byte_buf_append_text(&all, " ");
        if (status == STATUS_OK)
            status = byte_buf_append(&all, fields->files[i].language);
    }
    if (status == STATUS_OK)
        text = byte_buf_text(&all);
    code = text == NULL
               ? cli_fail_memory(cli)
               : cli_fail(cli, CLI_NOT_FOUND, link == NULL ? NULL : attempt,
                          _("there is no text in '%s', but in:%s"), language,
                          text);
    byte_buf_release(&all);
    return code;
}

/* The first text that is here; else `otherwise`. */
static size_t
text_that_is_here(const struct subject *subject, size_t otherwise)
{
    const struct record_fields *fields = record_fields(subject->record);

    for (size_t i = 0; i < fields->file_count; i++)
        if (statement_is_text(&fields->files[i]) &&
            subject_has_file(subject, i))
            return i;
    return otherwise;
}

int
text_choice_make(struct cli *cli, const struct subject *subject, size_t *out)
{
    const struct record_fields *fields = record_fields(subject->record);
    char language[LANGUAGE_TEXT_SIZE];
    struct byte_view found;
    int best;

    *out = TEXT_CHOICE_NONE;
    text_choice_language(cli, language);
    best = statement_choose_text(subject->record, language);
    if (best < 0)
        return CLI_DONE;
    *out = (size_t)best;
    found = language_primary(fields->files[best].language);
    if (cli->language[0] == '\0') {
        if (!subject_has_file(subject, *out))
            *out = text_that_is_here(subject, *out);
    } else if (!byte_view_equal(
                   found, language_primary(byte_view_of_text(language)))) {
        return fail_missing(cli, subject, language);
    }
    return CLI_DONE;
}

/* Why file number index could not be given. */
static int
fail_file(struct cli *cli, const struct subject *subject, size_t index,
          enum status status)
{
    struct byte_view view = record_fields(subject->record)->files[index].name;
    char name[RECORD_FILE_NAME_MAX + 1] = "";

    memcpy(name, view.data, view.size);
    if (status == STATUS_NOT_FOUND)
        return cli_fail(cli, CLI_NOT_FOUND, NULL,
                        _("the file '%s' has not arrived"), name);
    if (status == STATUS_BAD_SIGNATURE)
        return cli_fail(cli, CLI_NOT_VERIFIED, NULL,
                        _("NOT VERIFIED: '%s' is not what was signed"), name);
    if (status == STATUS_TOO_LARGE)
        return cli_fail(cli, CLI_FAILED, "p2pub read ... --into FOLDER",
                        _("the text '%s' is too long to be shown"), name);
    if (subject->parcel == NULL)
        return cli_fail_store(cli, status);
    return cli_fail_file(cli, status, _("cannot read"), name);
}

/* A file_sink into a byte_buf. */
static enum status
keep(void *context, struct byte_view piece)
{
    return byte_buf_append(context, piece);
}

int
text_choice_read(struct cli *cli, const struct subject *subject, size_t index,
                 struct byte_buf *out)
{
    enum status status = subject_read_file(subject, index, keep, out);

    return status == STATUS_OK ? CLI_DONE
                               : fail_file(cli, subject, index, status);
}
