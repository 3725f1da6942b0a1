#include "cli/publication.h"

#include <stdio.h>

#include "bundles/metadata.h"
#include "cli/author_number.h"
#include "cli/cli_clock.h"
#include "cli/document.h"
#include "cli/i18n.h"
#include "cli/pass_on.h"
#include "cli/publish_sealed.h"
#include "core/mem.h"

int
publication_fail_metadata(struct cli *cli, const struct publish_fault *fault)
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

/* Words for what publish_begin refused. */
static int
fail_begin(struct cli *cli, enum status status,
           const struct publication *publication,
           const struct publish_fault *fault)
{
    if (fault->path != NULL && (fault->found != 0 || fault->is_misnamed))
        return publication_fail_metadata(cli, fault);
    if (fault->path != NULL && status == STATUS_MALFORMED)
        return cli_fail(cli, CLI_FAILED, NULL, _("'%s' is empty"), fault->path);
    if (fault->path != NULL && status == STATUS_TOO_LARGE)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("'%s' is too large: a file has at most %zu MiB"),
                        fault->path, RECORD_FILE_SIZE_MAX >> 20);
    if (fault->path != NULL && (status == STATUS_NOT_FOUND ||
                                status == STATUS_DENIED || status == STATUS_IO))
        return cli_fail_file(cli, status, _("cannot read"), fault->path);
    if (status == STATUS_NOT_FOUND || status == STATUS_EXISTS)
        return author_number_fail(cli, status, publication->request.sequence);
    if (status == STATUS_TOO_LARGE)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("too much for one statement: files, signatories, "
                          "heads or names"));
    if (status == STATUS_MALFORMED)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("the title or a name cannot stand in a statement"));
    return cli_fail_store(cli, status);
}

void
publication_on_octets(void *context, size_t octets)
{
    struct publication *publication = context;

    publication->octets += octets;
    progress_show(&publication->progress, cli_clock_now(),
                  _("%llu MB of attachments"),
                  (unsigned long long)(publication->octets / 1000000));
}

/* publish_begin with a line of progress. */
static enum status
begin(struct cli *cli, struct store *store, struct publication *publication,
      struct publish **out, struct publish_fault *fault)
{
    enum status status;

    publication->octets = 0;
    progress_begin(&publication->progress, cli, cli_clock_now());
    status = publish_begin(out, store, &publication->request, fault);
    progress_end(&publication->progress);
    return status;
}

int
publication_begin(struct cli *cli, struct store *store,
                  struct publication *publication, struct publish **out)
{
    struct publish_fault fault;
    enum status status = begin(cli, store, publication, out, &fault);
    int code;

    if (status == STATUS_AMBIGUOUS) {
        code = author_number_ask_to_merge(cli, &fault.fork);
        if (code != CLI_DONE)
            return code;
        publication->request.merge = true;
        status = begin(cli, store, publication, out, &fault);
    }
    return status == STATUS_OK ? CLI_DONE
                               : fail_begin(cli, status, publication, &fault);
}

void
publication_show(struct cli *cli, const struct publication *publication,
                 const struct keyring_entry *entry, const char *words)
{
    const struct statement *statement = &publication->request.statement;
    char day[DAY_TEXT_SIZE];

    day_format(publication->request.date, day);
    cli_say(cli, _("title      %s"), publication->title);
    for (size_t i = 0; i < statement->title_count; i++)
        cli_say(cli, _("title      %.*s: %.*s"),
                (int)statement->titles[i].language.size,
                (const char *)statement->titles[i].language.data,
                (int)statement->titles[i].text.size,
                (const char *)statement->titles[i].text.data);
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
publication_report(struct cli *cli, const struct publication_options *options,
                   json_t *object, const struct key_public *key,
                   const char *title, const struct publication_result *result)
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
    if (result->key_line[0] != '\0')
        publish_sealed_report(cli, options, object, result);
    if (result->delivered > 0)
        cli_say(cli,
                P_("%lu node has it", "%lu nodes have it", result->delivered),
                (unsigned long)result->delivered);
    else if (!options->dry_run)
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
