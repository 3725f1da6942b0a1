#include "cli/follows.h"

#include "bundles/bundle_account.h"
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
