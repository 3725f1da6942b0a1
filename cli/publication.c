#include "cli/publication.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bundles/metadata.h"
#include "cli/cli_clock.h"
#include "cli/document.h"
#include "cli/find.h"
#include "cli/i18n.h"
#include "cli/pass_on.h"
#include "cli/publisher.h"
#include "core/mem.h"
#include "core/text.h"

/* Append the text at path as one language of the statement. */
static int
add_text(struct cli *cli, struct publication *publication, const char *path,
         const char *language)
{
    size_t index = publication->text_count;
    struct publish_input *input = &publication->inputs[index];
    struct publish_text *text = &publication->texts[index];
    int code;

    publication->text_count++; /* it is released from here on */
    code = publish_input_read(cli, path, language, input);
    if (code != CLI_DONE)
        return code;
    text->language = byte_view_of_text(input->language);
    text->octets = byte_view_of_buf(&input->text);
    text->is_plain = input->is_plain;
    text->path = path;
    for (size_t i = 0; i < index; i++)
        if (strcmp(publication->inputs[i].language, input->language) == 0)
            return cli_misused(
                cli, _("'%s' and '%s' are both in the language '%s'"),
                publication->inputs[i].path, path, input->language);
    return CLI_DONE;
}

/* LANGUAGE=FILE. */
static int
add_translation(struct cli *cli, struct publication *publication,
                const char *argument)
{
    const char *equals = strchr(argument, '=');
    char language[LANGUAGE_TEXT_SIZE];
    size_t size = equals == NULL ? 0 : (size_t)(equals - argument);

    if (size == 0 || size >= sizeof(language) || equals[1] == '\0')
        return cli_misused(cli,
                           _("--translation takes LANGUAGE=FILE, such as "
                             "ru=statement.ru.md, not '%s'"),
                           argument);
    memcpy(language, argument, size);
    language[size] = '\0';
    return add_text(cli, publication, equals + 1, language);
}

/* KEY or KEY=NAME; a key string may end with = itself. */
static int
add_signatory(struct cli *cli, struct publication *publication,
              const char *argument)
{
    struct statement *statement = &publication->request.statement;
    struct statement_signatory *signatory =
        &publication->signatories[statement->signatory_count];
    size_t size = strlen(argument);
    const char *equals = strchr(argument, '=');
    char *key = NULL;
    int code;

    if (size >= KEY_STRING_SIZE - 1 &&
        key_public_parse(&signatory->key,
                         byte_view_of(argument, KEY_STRING_SIZE - 1)) ==
            STATUS_OK)
        equals = argument + KEY_STRING_SIZE - 1;
    if (equals != NULL)
        size = (size_t)(equals - argument);
    key = mem_alloc(size + 1);
    if (key == NULL)
        return cli_fail_memory(cli);
    memcpy(key, argument, size);
    key[size] = '\0';
    code = publisher_read_key(cli, key, &signatory->key);
    mem_free(key);
    if (code != CLI_DONE)
        return code;
    if (equals != NULL && *equals == '=')
        signatory->name = byte_view_of_text(equals + 1);
    if (signatory->name.size > STATEMENT_SIGNATORY_NAME_MAX ||
        !text_is_line(signatory->name))
        return cli_misused(cli, _("'%s' cannot be a signatory's name"),
                           argument);
    statement->signatory_count++;
    return CLI_DONE;
}

/* The record that digits name: its whole ID need not be here. */
static int
find_link(struct cli *cli, struct store *store, const char *digits, bool *has,
          struct record_id *out)
{
    *has = digits != NULL;
    if (digits == NULL ||
        record_id_parse(out, byte_view_of_text(digits)) == STATUS_OK)
        return CLI_DONE;
    return find_record_to_sign(cli, store, digits, out);
}

static int
set_title(struct cli *cli, const struct publication_options *options,
          struct publication *publication)
{
    struct byte_view title;

    if (options->title == NULL)
        return publish_input_title(cli, &publication->inputs[0],
                                   publication->title);
    title = byte_view_of_text(options->title);
    if (title.size == 0 || title.size > STATEMENT_TITLE_MAX ||
        !text_is_line(title))
        return cli_misused(cli,
                           _("the title is to be one line of 1 to %zu octets "
                             "without control characters"),
                           STATEMENT_TITLE_MAX);
    memcpy(publication->title, options->title, title.size + 1);
    return CLI_DONE;
}

static int
set_date(struct cli *cli, const char *text, struct publish_request *request)
{
    request->today = cli_clock_today();
    request->date = request->today;
    if (text == NULL ||
        day_parse(&request->date, byte_view_of_text(text)) == STATUS_OK)
        return CLI_DONE;
    return cli_misused(cli, _("--date takes a day as 2023-06-26, not '%s'"),
                       text);
}

static int
make_room(struct cli *cli, const struct publication_options *options,
          struct publication *publication)
{
    size_t texts = options->translation_count + 1;

    publication->inputs = mem_zalloc(texts, sizeof(publication->inputs[0]));
    publication->texts = mem_zalloc(texts, sizeof(publication->texts[0]));
    publication->signatories = mem_zalloc(options->signatory_count + 1,
                                          sizeof(publication->signatories[0]));
    if (publication->inputs == NULL || publication->texts == NULL ||
        publication->signatories == NULL)
        return cli_fail_memory(cli);
    return CLI_DONE;
}

static int
gather(struct cli *cli, const struct publication_options *options,
       const char *path, struct store *store, struct publication *publication)
{
    struct statement *statement = &publication->request.statement;
    int code = make_room(cli, options, publication);

    if (code == CLI_DONE)
        code = set_date(cli, options->date, &publication->request);
    if (code == CLI_DONE)
        code = add_text(cli, publication, path, options->language);
    for (size_t i = 0; code == CLI_DONE && i < options->translation_count; i++)
        code = add_translation(cli, publication, options->translations[i]);
    for (size_t i = 0; code == CLI_DONE && i < options->signatory_count; i++)
        code = add_signatory(cli, publication, options->signatories[i]);
    if (code == CLI_DONE)
        code = set_title(cli, options, publication);
    if (code == CLI_DONE)
        code = find_link(cli, store, options->replaces,
                         &statement->has_replaces, &statement->replaces);
    if (code == CLI_DONE)
        code = find_link(cli, store, options->translates,
                         &statement->has_translates, &statement->translates);
    return code;
}

int
publication_gather(struct cli *cli, const struct publication_options *options,
                   const char *path, const struct key_public *key,
                   struct store *store, struct publication **out)
{
    struct publication *publication = mem_zalloc(1, sizeof(*publication));
    int code;

    *out = NULL;
    if (publication == NULL)
        return cli_fail_memory(cli);
    code = gather(cli, options, path, store, publication);
    if (code != CLI_DONE) {
        publication_free(publication);
        return code;
    }
    publication->request.key = *key;
    publication->request.statement.title =
        byte_view_of_text(publication->title);
    publication->request.statement.signatories = publication->signatories;
    publication->request.texts = publication->texts;
    publication->request.text_count = publication->text_count;
    publication->request.attachments = options->attachments;
    publication->request.attachment_count = options->attachment_count;
    publication->request.sequence = options->sequence;
    publication->request.keep_names = options->keep_names;
    publication->request.keep_metadata = options->keep_metadata;
    *out = publication;
    return CLI_DONE;
}

void
publication_free(struct publication *publication)
{
    if (publication == NULL)
        return;
    for (size_t i = 0; i < publication->text_count; i++)
        publish_input_release(&publication->inputs[i]);
    mem_free(publication->inputs);
    mem_free(publication->texts);
    mem_free(publication->signatories);
    mem_free(publication);
}

/* A photograph that betrays something. */
static int
fail_metadata(struct cli *cli, const struct publish_fault *fault)
{
    char attempt[256];
    struct byte_buf words;
    const char *text = NULL;
    int code;

    byte_buf_init(&words, 1024);
    if (metadata_describe(&words, fault->found) == STATUS_OK)
        text = byte_buf_text(&words);
    snprintf(attempt, sizeof(attempt),
             _("mat2 '%.120s', or publish with --keep-metadata"), fault->path);
    if (fault->is_misnamed)
        code = cli_fail(cli, CLI_FAILED, NULL,
                        _("'%s' is not the image that its name says, so what "
                          "it betrays cannot be seen (--keep-metadata "
                          "publishes it all the same)"),
                        fault->path);
    else
        code = cli_fail(cli, CLI_FAILED, attempt,
                        _("'%s' betrays more than the picture: %s"),
                        fault->path, text == NULL ? "" : text);
    byte_buf_release(&words);
    return code;
}

static int
fail_number(struct cli *cli, const struct publication *publication)
{
    if (publication->request.sequence > 1)
        return cli_fail(cli, CLI_FAILED, "p2pub import FOLDER",
                        _("no record of this key before number %lu is here, "
                          "and a record names the one before it"),
                        (unsigned long)publication->request.sequence);
    return cli_fail(cli, CLI_FAILED,
                    _("p2pub import FOLDER or p2pub sync; a key that never "
                      "signed for p2pub: --sequence 1"),
                    _("it is not known here which number this key signed "
                      "last"));
}

/* Words for what publish_begin refused. */
static int
fail_begin(struct cli *cli, enum status status,
           const struct publication *publication,
           const struct publish_fault *fault)
{
    if (fault->path != NULL && (fault->found != 0 || fault->is_misnamed))
        return fail_metadata(cli, fault);
    if (fault->path != NULL && status == STATUS_MALFORMED)
        return cli_fail(cli, CLI_FAILED, NULL, _("'%s' is empty"), fault->path);
    if (fault->path != NULL && status == STATUS_TOO_LARGE)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("'%s' is too large: a file has at most %zu MiB"),
                        fault->path, RECORD_FILE_SIZE_MAX >> 20);
    if (fault->path != NULL && (status == STATUS_NOT_FOUND ||
                                status == STATUS_DENIED || status == STATUS_IO))
        return cli_fail_file(cli, status, _("cannot read"), fault->path);
    if (status == STATUS_NOT_FOUND)
        return fail_number(cli, publication);
    if (status == STATUS_TOO_LARGE)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("too much for one statement: files, signatories or "
                          "names"));
    if (status == STATUS_MALFORMED)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("the title or a name cannot stand in a statement"));
    return cli_fail_store(cli, status);
}

/* The history forks: only the person knows whether all of it is theirs. */
static int
ask_to_merge(struct cli *cli, struct publication *publication,
             const struct publish_fault *fault)
{
    char id[RECORD_ID_TEXT_SIZE];

    if (!prompt_can_ask())
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("this key signed records that do not follow one "
                          "another; publish on a terminal to say whether all "
                          "are yours"));
    cli_warn(cli, _("this key signed records that do not follow one another:"));
    for (size_t i = 0; i < fault->fork.previous_count; i++) {
        record_id_format(&fault->fork.previous[i], id);
        cli_warn(cli, "  %s", id);
    }
    cli_warn(cli, _("if you did not sign one of them, somebody else has your "
                    "key"));
    if (!prompt_yes(_("Did you sign all of them? [y/N] ")))
        return cli_fail(cli, CLI_FAILED, NULL, _("nothing was signed"));
    publication->request.merge = true;
    return CLI_DONE;
}

static void
warn_of_unexamined(struct cli *cli, const struct publication *publication,
                   const struct publish *publish)
{
    for (size_t i = 0; i < publication->request.attachment_count; i++)
        if (publish_is_unexamined(publish, i))
            cli_say(cli,
                    _("'%s' was not examined: it may hold names, places or "
                      "times"),
                    publication->request.attachments[i]);
}

int
publication_begin(struct cli *cli, struct store *store,
                  struct publication *publication, struct publish **out)
{
    struct publish_fault fault;
    enum status status =
        publish_begin(out, store, &publication->request, &fault);
    int code;

    if (status == STATUS_AMBIGUOUS) {
        code = ask_to_merge(cli, publication, &fault);
        if (code != CLI_DONE)
            return code;
        status = publish_begin(out, store, &publication->request, &fault);
    }
    if (status != STATUS_OK)
        return fail_begin(cli, status, publication, &fault);
    warn_of_unexamined(cli, publication, *out);
    return CLI_DONE;
}

void
publication_show(struct cli *cli, const struct publication *publication,
                 const struct keyring_entry *entry, const char *words)
{
    const struct statement *statement = &publication->request.statement;
    char day[DAY_TEXT_SIZE];

    day_format(publication->request.date, day);
    cli_say(cli, _("title      %s"), publication->title);
    cli_say(cli, _("signed by  %s (%s)"), entry->name, words);
    cli_say(cli, _("dated      %s"), day);
    for (size_t i = 0; i < publication->text_count; i++)
        cli_say(cli, _("text       %s: '%s'"), publication->inputs[i].language,
                publication->inputs[i].path);
    for (size_t i = 0; i < publication->request.attachment_count; i++)
        cli_say(cli, _("attached   '%s'"), publication->request.attachments[i]);
    for (size_t i = 0; i < statement->signatory_count; i++)
        cli_say(cli, _("to sign    %.*s"),
                (int)statement->signatories[i].name.size,
                (const char *)statement->signatories[i].name.data);
}

void
publication_report(struct cli *cli, json_t *object,
                   const struct key_public *key, const char *title,
                   const struct publication_result *result)
{
    char id[RECORD_ID_TEXT_SIZE];

    record_id_format(&result->id, id);
    (void)json_object_set_new(object, "id", json_string(id));
    (void)json_object_set_new(object, "key", document_key(key));
    (void)json_object_set_new(object, "title", json_string(title));
    (void)json_object_set_new(object, "size",
                              document_number(result->plain_size));
    (void)json_object_set_new(object, "stored",
                              document_number(result->stored_size));
    (void)json_object_set_new(object, "delivered",
                              document_number(result->delivered));
    (void)json_object_set_new(object, "known", json_boolean(result->was_known));
    cli_print(cli, "%s\n", id);
    if (result->was_known) {
        cli_say(cli, _("already published as %s"), id);
        return;
    }
    cli_say(cli, _("%llu octets, %llu as stored"),
            (unsigned long long)result->plain_size,
            (unsigned long long)result->stored_size);
    if (result->delivered > 0)
        cli_say(cli,
                P_("%lu node has it", "%lu nodes have it", result->delivered),
                (unsigned long)result->delivered);
    else
        cli_say(cli, _("stored; nobody has it yet: p2pub share, or p2pub "
                       "export DIR"));
}

int
publication_pass_on(struct cli *cli, const struct publication_options *options,
                    struct publication_result *results, size_t count)
{
    struct record_id *ids = mem_zalloc(count + 1, sizeof(ids[0]));
    uint32_t *delivered = mem_zalloc(count + 1, sizeof(delivered[0]));

    if (ids == NULL || delivered == NULL) {
        mem_free(ids);
        mem_free(delivered);
        return cli_fail_memory(cli);
    }
    for (size_t i = 0; i < count; i++)
        ids[i] = results[i].id;
    /* It is published; that nobody could be reached is no failure of that. */
    cli->lenient = true;
    if (!options->offline && count > 0)
        (void)pass_on(cli, ids, count, delivered);
    cli->lenient = false;
    for (size_t i = 0; i < count; i++)
        results[i].delivered = delivered[i];
    mem_free(ids);
    mem_free(delivered);
    return CLI_DONE;
}
