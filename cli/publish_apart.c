/*
 * publish --prepare and publish --signed: signing on a machine that never
 * touches a network, with stock minisign.
 */
#include <stdio.h>
#include <string.h>

#include "bundles/parcel.h"
#include "cli/apart.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/key_state.h"
#include "cli/publication.h"
#include "cli/publish_heads.h"
#include "core/file.h"

/* The read of a parcel_source: texts first, then attachments, as
 * publish_begin took them. */
static enum status
read_file(void *context, size_t index, file_sink *sink, void *sink_context)
{
    const struct publication *publication = context;
    size_t texts = publication->text_count;

    if (index < texts)
        return sink(sink_context, publication->texts[index].octets);
    return file_read_pieces(publication->request.attachments[index - texts],
                            sink, sink_context);
}

/* Give the number out, then write what is to be signed under it. */
static int
reserve_and_write(struct cli *cli, struct publication *publication,
                  struct publish *publish, const char *folder)
{
    struct parcel_source source = {
        .header = publish_header(publish),
        .fields = publish_fields(publish),
        .read = read_file,
        .context = publication,
    };
    struct parcel_fault fault;
    const struct record_id id = publish_id(publish);
    char text[RECORD_ID_TEXT_SIZE];
    struct record_id known;
    enum status status;

    if (publish_is_known(publish, &known)) {
        record_id_format(&known, text);
        return cli_fail(cli, CLI_FAILED, NULL, _("already published as %s"),
                        text);
    }
    status = publish_reserve(publish);
    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
    status = parcel_write(folder, &source, &fault);
    if (status == STATUS_OK) {
        apart_report_prepared(cli, folder, "statement", "publish", &id,
                              publish_fields(publish)->sequence);
        return CLI_DONE;
    }
    if (status == STATUS_BAD_SIGNATURE)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("'%s': an attachment changed while it was read"),
                        fault.path);
    return cli_fail_file(cli, status, _("cannot write"), fault.path);
}

static int
prepare(struct cli *cli, const struct publication_options *options,
        struct publication *publication, const struct keyring_entry *entry)
{
    struct publish *publish = NULL;
    struct publish_heads heads;
    struct store *store = NULL;
    int code = home_open_store(cli, HOME_WRITE, &store);

    if (code == CLI_DONE)
        code = publication_bind(cli, publication, options, &entry->key, store);
    if (code == CLI_DONE)
        code = publish_heads_gather(cli, options, store, &heads);
    if (code == CLI_DONE)
        publish_heads_put(&heads, publication);
    if (code == CLI_DONE)
        code = publication_begin(cli, store, publication, &publish);
    if (code == CLI_DONE)
        code = reserve_and_write(cli, publication, publish, options->prepare);
    publish_free(publish);
    store_free(store);
    return code;
}

int
publication_prepare(struct cli *cli, const struct publication_options *options)
{
    const struct keyring_entry *entry = NULL;
    struct publication *publication = NULL;
    struct keyring keyring = {NULL, 0};
    int code = apart_check_folder(cli, options->prepare);

    if (code == CLI_DONE)
        code =
            publication_gather(cli, options, options->files[0], &publication);
    if (code == CLI_DONE)
        code = keyring_load(cli, &keyring);
    if (code == CLI_DONE)
        code = key_state_choose(cli, NULL, &keyring, options->key_name, &entry);
    if (code == CLI_DONE)
        code = prepare(cli, options, publication, entry);
    publication_free(publication);
    keyring_release(&keyring);
    return code;
}

static int
store_signed(struct cli *cli, const struct parcel *parcel,
             struct publication_result *result)
{
    struct record *record = parcel_record(parcel);
    const struct record_fields *fields = record_fields(record);
    struct store_figures before;
    struct store_figures after;
    struct parcel_import outcome;
    struct store *store = NULL;
    enum status status;
    int code = home_open_store(cli, HOME_WRITE, &store);

    if (code != CLI_DONE)
        return code;
    status = store_count(store, &before);
    if (status == STATUS_OK)
        status = apart_put(&outcome, store, parcel);
    if (status == STATUS_OK)
        status = store_count(store, &after);
    store_free(store);
    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
    result->id = *record_id(record);
    result->was_known = !outcome.is_new;
    result->stored_size = after.octets - before.octets;
    if (outcome.is_new)
        result->stored_size -= record_wire(record).size;
    for (size_t i = 0; i < fields->file_count; i++)
        result->plain_size += fields->files[i].size;
    return CLI_DONE;
}

/* This p2pub can read it, and all of it is there. */
static int
check_signed(struct cli *cli, const struct parcel *parcel,
             const struct statement *statement)
{
    if (statement->title.size == 0)
        return cli_fail(cli, CLI_FAILED, "p2pub import FOLDER",
                        _("this is no statement"));
    if (!parcel_is_complete(parcel))
        return cli_fail(cli, CLI_NOT_FOUND, NULL,
                        _("files of the statement are missing in the folder"));
    return CLI_DONE;
}

static int
take_signed(struct cli *cli, const struct publication_options *options,
            const struct parcel *parcel, const struct statement *statement)
{
    struct record *record = parcel_record(parcel);
    struct publication_result result = {.was_known = false};
    char title[MANUSCRIPT_TITLE_SIZE];
    int code = check_signed(cli, parcel, statement);

    if (code == CLI_DONE)
        code = store_signed(cli, parcel, &result);
    if (code == CLI_DONE)
        code = publication_pass_on(cli, options, &result, 1);
    if (code != CLI_DONE)
        return code;
    snprintf(title, sizeof(title), "%.*s", (int)statement->title.size,
             (const char *)statement->title.data);
    publication_report(cli, options, cli->document, &record_fields(record)->key,
                       title, &result);
    return CLI_DONE;
}

int
publication_take_signed(struct cli *cli,
                        const struct publication_options *options)
{
    struct statement statement = {0};
    struct parcel *parcel = NULL;
    enum status status;
    int code =
        apart_open_signed(cli, options->signed_folder, "statement", &parcel);

    if (code != CLI_DONE)
        return code;
    status = statement_read(&statement, parcel_record(parcel));
    if (status == STATUS_NO_MEMORY)
        code = cli_fail_memory(cli);
    else
        code = take_signed(cli, options, parcel, &statement);
    statement_release(&statement);
    parcel_free(parcel);
    return code;
}
