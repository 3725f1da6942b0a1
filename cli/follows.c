#include "cli/follows.h"

#include <string.h>

#include "bundles/bundle_account.h"
#include "bundles/vouches.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/pass_on.h"

int
follows_update(struct cli *cli, follows_change *change, void *context)
{
    struct trust *trust = NULL;
    struct lock *lock;
    int code = home_lock(cli, &lock);

    if (code == CLI_DONE)
        code = home_reopen_trust(cli, &trust);
    if (code == CLI_DONE)
        code = change(cli, context, trust);
    if (code == CLI_DONE)
        code = home_save_trust(cli, trust);
    trust_free(trust);
    home_unlock(lock);
    return code;
}

/* The own key called name, or NULL. */
static const struct trust_entry *
find_own(const struct trust *trust, const char *name)
{
    const struct trust_entry *entry;
    size_t position = 0;

    while ((entry = trust_next(trust, &position)) != NULL)
        if (entry->is_own && strcmp(entry->name, name) == 0)
            break;
    return entry;
}

int
follows_find(struct cli *cli, const struct trust *trust, const char *argument,
             const char *attempt, const struct trust_entry **out)
{
    enum status status = trust_find_name(trust, argument, out);
    struct key_public key;

    if (status == STATUS_NOT_FOUND) {
        if (key_public_parse(&key, byte_view_of_text(argument)) == STATUS_OK)
            *out = trust_get(trust, &key.author);
        else
            *out = find_own(trust, argument);
        if (*out != NULL)
            status = STATUS_OK;
    }
    if (status == STATUS_AMBIGUOUS)
        return cli_fail(cli, CLI_USAGE, attempt,
                        _("you know more than one key by the name '%s'"),
                        argument);
    if (status != STATUS_OK)
        return cli_fail(cli, CLI_NOT_FOUND, NULL,
                        _("you follow nobody by the name or key '%s'"),
                        argument);
    return CLI_DONE;
}

void
follows_move(struct cli *cli, const struct key_author *author,
             enum store_class keeping)
{
    struct store *store = NULL;
    size_t moved = 0;
    enum status status;

    /* A daemon first: what comes meanwhile goes to the right account. */
    pass_on_changed(cli);
    if (!home_has_store(cli))
        return;
    cli->lenient = true;
    if (home_open_store(cli, HOME_WRITE, &store) == CLI_DONE) {
        status = bundle_account_move(store, author, keeping, &moved);
        if (status != STATUS_OK)
            (void)cli_fail_store(cli, status);
    }
    cli->lenient = false;
    store_free(store);
}

static enum status
move_vouched(struct store *store, const struct trust *trust,
             const struct key_public *introducer, size_t *count)
{
    struct vouches *vouches;
    size_t moved;
    size_t looked;
    enum status status = vouches_read(&vouches, &looked, store, introducer, "");

    for (size_t i = 0; status == STATUS_OK && i < vouches->count; i++) {
        const struct key_author *author = &vouches->names[i].entry.key.author;

        if (!vouches->names[i].entry.is_derived)
            (*count)++;
        status = bundle_account_move(store, author,
                                     trust_class(trust, author) == TRUST_UNKNOWN
                                         ? STORE_OTHER
                                         : STORE_FOLLOWED,
                                     &moved);
    }
    vouches_free(vouches);
    return status;
}

void
follows_move_vouched(struct cli *cli, const struct key_public *introducer,
                     size_t *count)
{
    struct store *store = NULL;
    struct trust *trust = NULL;
    enum status status = STATUS_OK;

    *count = 0;
    if (!home_has_store(cli))
        return;
    cli->lenient = true;
    if (home_reopen_trust(cli, &trust) == CLI_DONE &&
        home_open_store(cli, HOME_WRITE, &store) == CLI_DONE &&
        home_load_vouches(cli, trust, store) == CLI_DONE)
        status = move_vouched(store, trust, introducer, count);
    if (status != STATUS_OK)
        (void)cli_fail_store(cli, status);
    cli->lenient = false;
    store_free(store);
    trust_free(trust);
}

bool
follows_change_by(const struct trust *trust, struct store *store,
                  const struct record_id *id)
{
    struct store_row row;

    return store_get_row(store, id, &row) == STATUS_OK &&
           (row.kind == RECORD_VOUCH || row.kind == RECORD_WITHDRAW) &&
           trust_is_introducer(trust, &row.author);
}
