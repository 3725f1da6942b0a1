#include "cli/sealed_waiting.h"

#include "bundles/lineages.h"
#include "bundles/opening.h"
#include "bundles/trust.h"
#include "bundles/withdrawals.h"
#include "cli/document.h"
#include "cli/home.h"
#include "cli/i18n.h"

/* Digits of an ID that release asks for. */
#define ID_DIGITS 16

struct waiting {
    struct cli *cli;
    struct store *store;
    struct trust *trust;
    struct lineages *lineages;
    json_t *list;
};

static void
report(struct waiting *waiting, const struct record_id *id,
       const struct sealed *sealed)
{
    json_t *object = json_object();
    char text[RECORD_ID_TEXT_SIZE];
    char day[DAY_TEXT_SIZE];

    record_id_format(id, text);
    (void)json_object_set_new(object, "id", json_string(text));
    (void)json_object_set_new(object, "opens",
                              sealed->has_opens ? document_day(sealed->opens)
                                                : json_null());
    (void)json_array_append_new(waiting->list, object);
    if (sealed->has_opens) {
        day_format(sealed->opens, day);
        cli_print(waiting->cli,
                  _("sealed       announced for %s: p2pub release %.*s\n"), day,
                  ID_DIGITS, text);
    } else {
        cli_print(waiting->cli,
                  _("sealed       no day announced: p2pub release %.*s\n"),
                  ID_DIGITS, text);
    }
}

/* A store_visit over the sealed statements of one own key. */
static enum status
on_sealed(void *context, const struct store_row *row)
{
    struct waiting *waiting = context;
    struct record *release = NULL;
    struct record *record = NULL;
    struct release opened;
    struct sealed sealed;
    bool is_withdrawn = false;
    enum status status = store_get_record(waiting->store, &row->id, &record);

    if (status != STATUS_OK)
        return status;
    if (sealed_read(&sealed, record) == STATUS_OK) {
        status = opening_find_release(&release, &opened, waiting->store,
                                      waiting->trust, record);
        if (status == STATUS_OK && release == NULL)
            status = withdrawals_has(&is_withdrawn, waiting->lineages,
                                     &row->author, &row->id);
        if (status == STATUS_OK && release == NULL && !is_withdrawn)
            report(waiting, &row->id, &sealed);
    }
    record_free(release);
    record_free(record);
    return status;
}

static enum status
walk(struct waiting *waiting)
{
    const struct trust_entry *entry;
    size_t position = 0;
    enum status status =
        lineages_new(&waiting->lineages, waiting->store, waiting->trust);

    while (status == STATUS_OK &&
           (entry = trust_next(waiting->trust, &position)) != NULL) {
        struct store_query query = {.by_author = true,
                                    .author = entry->key.author,
                                    .by_kind = true,
                                    .kind = RECORD_SEALED};

        if (entry->is_own)
            status = store_walk(waiting->store, &query, on_sealed, waiting);
    }
    lineages_free(waiting->lineages);
    return status;
}

int
sealed_waiting_report(struct cli *cli, struct store *store)
{
    struct waiting waiting = {.cli = cli, .store = store};
    enum status status;
    int code = home_reopen_trust(cli, &waiting.trust);

    if (code != CLI_DONE)
        return code;
    waiting.list = json_array();
    store_hold(store);
    status = walk(&waiting);
    store_let_go(store);
    trust_free(waiting.trust);
    (void)json_object_set_new(cli->document, "sealed_waiting", waiting.list);
    return status == STATUS_OK ? CLI_DONE : cli_fail_store(cli, status);
}
