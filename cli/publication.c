#include "cli/publication.h"

#include <string.h>

#include "bundles/metadata.h"
#include "bundles/publish_name.h"
#include "bundles/record_field.h"
#include "cli/cli_clock.h"
#include "cli/find.h"
#include "cli/followed.h"
#include "cli/i18n.h"
#include "cli/publisher.h"
#include "core/file.h"
#include "core/mem.h"

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
        (signatory->name.size > 0 && !record_field_is_text(signatory->name)))
        return cli_misused(cli, _("'%s' cannot be a signatory's name"),
                           argument);
    for (size_t i = 0; i < statement->signatory_count; i++)
        if (key_author_equal(&publication->signatories[i].key.author,
                             &signatory->key.author))
            return cli_misused(cli, _("'%s' is named twice as a signatory"),
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

/* What is named must be a statement, as far as it is here; and what is replaced
 * one of the same author's: to every reader anything else would replace
 * nothing. */
static int
check_named(struct cli *cli, struct store *store, const struct record_id *id,
            const char *option, const struct key_author *replacing)
{
    struct store_row row;
    enum status status = store_get_row(store, id, &row);
    bool may = true;
    int code = CLI_DONE;

    if (status == STATUS_NOT_FOUND)
        return CLI_DONE;
    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
    if (row.kind != RECORD_STATEMENT)
        return cli_misused(cli, _("%s names what is no statement"), option);
    if (replacing != NULL)
        code = followed_may_act(cli, store, replacing, &row.author, &may);
    if (code != CLI_DONE)
        return code;
    if (!may)
        return cli_misused(cli,
                           _("%s names a statement of another key, and only "
                             "that one, or the present key of its identity, "
                             "can replace it"),
                           option);
    return CLI_DONE;
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
    if (title.size > STATEMENT_TITLE_MAX || !record_field_is_text(title))
        return cli_misused(cli,
                           _("the title is to be one line of 1 to %zu octets, "
                             "without control characters and without blanks "
                             "around it"),
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
    publication->titles = mem_zalloc(texts, sizeof(publication->titles[0]));
    publication->signatories = mem_zalloc(options->signatory_count + 1,
                                          sizeof(publication->signatories[0]));
    if (publication->inputs == NULL || publication->texts == NULL ||
        publication->titles == NULL || publication->signatories == NULL)
        return cli_fail_memory(cli);
    return CLI_DONE;
}

/* An attachment that is looked at. */
struct look {
    struct publication *publication;
    struct metadata metadata;
};

/* A file_sink. */
static enum status
on_piece(void *context, struct byte_view piece)
{
    struct look *look = context;

    publication_on_octets(look->publication, piece.size);
    metadata_add(&look->metadata, piece);
    return STATUS_OK;
}

/* What publish_begin would refuse: said before a passphrase is asked for. */
static int
check_attachment(struct cli *cli, const struct publication_options *options,
                 struct publication *publication, const char *path)
{
    struct publish_fault fault = {.path = path};
    struct look look = {.publication = publication};
    enum status status;

    progress_begin(&publication->progress, cli, cli_clock_now());
    metadata_init(&look.metadata);
    status = file_read_pieces(path, on_piece, &look);
    metadata_finish(&look.metadata);
    progress_end(&publication->progress);
    if (status != STATUS_OK)
        return cli_fail_file(cli, status, _("cannot read"), path);
    fault.found = look.metadata.found;
    fault.is_misnamed =
        look.metadata.type == METADATA_OTHER && publish_name_is_image(path);
    if (!options->keep_metadata && (fault.found != 0 || fault.is_misnamed))
        return publication_fail_metadata(cli, &fault);
    if (look.metadata.type == METADATA_OTHER)
        cli_say(cli,
                _("'%s' was not examined: it may hold names, places or times"),
                path);
    return CLI_DONE;
}

static int
gather(struct cli *cli, const struct publication_options *options,
       const char *path, struct publication *publication)
{
    int code = make_room(cli, options, publication);

    if (code == CLI_DONE)
        code = set_date(cli, options->date, &publication->request);
    if (code == CLI_DONE)
        code = add_text(cli, publication, path, options->language);
    for (size_t i = 0; code == CLI_DONE && i < options->translation_count; i++)
        code = add_translation(cli, publication, options->translations[i]);
    for (size_t i = 0; code == CLI_DONE && i < options->attachment_count; i++)
        code = check_attachment(cli, options, publication,
                                options->attachments[i]);
    for (size_t i = 0; code == CLI_DONE && i < options->signatory_count; i++)
        code = add_signatory(cli, publication, options->signatories[i]);
    if (code == CLI_DONE)
        code = set_title(cli, options, publication);
    if (code == CLI_DONE)
        publication_set_titles(publication);
    return code;
}

int
publication_gather(struct cli *cli, const struct publication_options *options,
                   const char *path, struct publication **out)
{
    struct publication *publication = mem_zalloc(1, sizeof(*publication));
    struct publish_request *request;
    int code;

    *out = NULL;
    if (publication == NULL)
        return cli_fail_memory(cli);
    code = gather(cli, options, path, publication);
    if (code != CLI_DONE) {
        publication_free(publication);
        return code;
    }
    request = &publication->request;
    publication->size = publication->octets;
    for (size_t i = 0; i < publication->text_count; i++)
        publication->size += publication->texts[i].octets.size;
    request->statement.title = byte_view_of_text(publication->title);
    request->statement.signatories = publication->signatories;
    request->texts = publication->texts;
    request->text_count = publication->text_count;
    request->attachments = options->attachments;
    request->attachment_count = options->attachment_count;
    request->sequence = options->sequence;
    request->is_trial = options->dry_run || options->prepare != NULL;
    request->keep_names = options->keep_names;
    request->keep_metadata = options->keep_metadata;
    request->on_octets = publication_on_octets;
    request->on_octets_context = publication;
    *out = publication;
    return CLI_DONE;
}

int
publication_bind(struct cli *cli, struct publication *publication,
                 const struct publication_options *options,
                 const struct key_public *key, struct store *store)
{
    struct statement *statement = &publication->request.statement;
    int code;

    publication->request.key = *key;
    for (size_t i = 0; i < statement->signatory_count; i++)
        if (key_author_equal(&publication->signatories[i].key.author,
                             &key->author))
            return cli_misused(cli, _("--signatory names the key that signs: "
                                      "it is for others who will sign too"));
    code = find_link(cli, store, options->replaces, &statement->has_replaces,
                     &statement->replaces);
    if (code == CLI_DONE && statement->has_replaces)
        code = check_named(cli, store, &statement->replaces, "--replaces",
                           &key->author);
    if (code == CLI_DONE)
        code = find_link(cli, store, options->translates,
                         &statement->has_translates, &statement->translates);
    if (code == CLI_DONE && statement->has_translates)
        code = check_named(cli, store, &statement->translates, "--translates",
                           NULL);
    return code;
}

bool
publication_is_large(const struct publication *publication)
{
    return publication->size > COMMIT_OCTETS_MAX;
}

void
publication_free(struct publication *publication)
{
    if (publication == NULL)
        return;
    for (size_t i = 0; i < publication->text_count; i++)
        publish_input_release(&publication->inputs[i]);
    mem_free(publication->titles);
    mem_free(publication->inputs);
    mem_free(publication->texts);
    mem_free(publication->signatories);
    mem_free(publication);
}
