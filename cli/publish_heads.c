#include "cli/publish_heads.h"

#include <string.h>

#include "bundles/heads.h"
#include "cli/document.h"
#include "cli/followed.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/prompt.h"

/* The reader's own name for whom a head is about. */
static const char *
name_of(const struct trust *trust, const struct statement_head *head)
{
    const struct trust_entry *entry = trust_get(trust, &head->key.author);

    return entry == NULL ? "" : entry->name;
}

static void
add_to_document(struct cli *cli, const struct trust *trust,
                const struct publish_heads *heads)
{
    json_t *array = json_array();

    for (size_t i = 0; i < heads->count; i++) {
        const struct statement_head *head = &heads->heads[i];
        json_t *object = json_object();

        (void)json_object_set_new(object, "key", document_key(&head->key));
        (void)json_object_set_new(object, "name",
                                  json_string(name_of(trust, head)));
        (void)json_object_set_new(object, "sequence",
                                  document_number(head->sequence));
        (void)json_object_set_new(object, "id", document_id(&head->id));
        (void)json_array_append_new(array, object);
    }
    (void)json_object_set_new(cli->document, "heads", array);
}

/* Say what will be told, whatever was asked: it cannot be taken back. */
static void
warn(struct cli *cli, const struct trust *trust,
     const struct publish_heads *heads, size_t all)
{
    cli_warn(cli, _("--heads tells everybody, for ever, whom you follow:"));
    for (size_t i = 0; i < heads->count; i++)
        cli_warn(cli, _("  %s, number %lu"), name_of(trust, &heads->heads[i]),
                 (unsigned long)heads->heads[i].sequence);
    if (all > heads->count)
        cli_warn(cli, _("and not of %zu others: a statement names %zu"),
                 all - heads->count, HEADS_MAX);
}

static int
ask(struct cli *cli, const struct publication_options *options)
{
    if (options->yes || options->dry_run || cli->json || !prompt_can_ask() ||
        prompt_yes(_("Publish whom you follow? [y/N] ")))
        return CLI_DONE;
    return cli_fail(cli, CLI_FAILED, _("publish without --heads"),
                    _("nothing was signed"));
}

static int
gather(struct cli *cli, const struct publication_options *options,
       struct store *store, const struct trust *trust,
       struct publish_heads *out)
{
    size_t all;
    enum status status =
        heads_gather(out->heads, &out->count, &all, store, trust);

    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
    add_to_document(cli, trust, out);
    if (out->count == 0) {
        cli_say(cli, _("Nothing is here of anybody whom you follow, so the "
                       "statement mentions nobody."));
        return CLI_DONE;
    }
    warn(cli, trust, out, all);
    return ask(cli, options);
}

int
publish_heads_gather(struct cli *cli, const struct publication_options *options,
                     struct store *store, struct publish_heads *out)
{
    struct trust *trust = NULL;
    int code;

    memset(out, 0, sizeof(*out));
    if (!options->heads)
        return CLI_DONE;
    code = home_open_trust(cli, &trust);
    if (code == CLI_DONE)
        code = followed_extend(cli, trust, store);
    if (code == CLI_DONE)
        code = gather(cli, options, store, trust, out);
    trust_free(trust);
    return code;
}

void
publish_heads_put(struct publish_heads *heads, struct publication *publication)
{
    publication->request.statement.head_count = heads->count;
    publication->request.statement.heads = heads->heads;
}
