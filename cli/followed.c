#include "cli/followed.h"

#include "bundles/following.h"
#include "bundles/lineages.h"
#include "cli/home.h"
#include "cli/told.h"

int
followed_extend(struct cli *cli, struct trust *trust, struct store *store)
{
    enum status status = following_extend(trust, store);

    return status == STATUS_OK ? told_say(cli, trust, store)
                               : cli_fail_store(cli, status);
}

int
followed_settle(struct cli *cli, struct trust *trust, struct store *store)
{
    enum status status = following_extend(trust, store);

    if (status == STATUS_OK)
        status = following_settle(trust, store);
    return status == STATUS_OK ? 0 : cli_fail_store(cli, status);
}

void
followed_note(const struct trust *trust, struct store *store,
              const struct record_id *id, bool *more)
{
    bool concerns;

    /* What cannot be found out now is, when the daemon starts again. */
    if (!*more &&
        following_concerns(&concerns, trust, store, id) == STATUS_OK &&
        concerns)
        *more = true;
}

void
followed_note_all(struct cli *cli, struct trust *trust, struct store *store,
                  bool *more)
{
    const bool lenient = cli->lenient;

    cli->lenient = true;
    (void)!followed_settle(cli, trust, store);
    cli->lenient = lenient;
    *more = false;
}

void
followed_settle_leniently(struct cli *cli, struct trust *trust,
                          struct store *store, bool *more)
{
    const bool lenient = cli->lenient;

    *more = false;
    cli->lenient = true;
    (void)!followed_settle(cli, trust, store);
    cli->lenient = lenient;
}

static enum status
find_whether(bool *may, struct lineages *lineages, const struct key_author *key,
             const struct key_author *author)
{
    const struct lineages_member *member = NULL;
    enum status status = lineages_are_one(may, lineages, key, author);

    if (status == STATUS_OK)
        status = lineages_get(lineages, key, &member);
    if (status == STATUS_OK && member->key != NULL && !member->key->is_present)
        *may = false;
    return status;
}

int
followed_may_act(struct cli *cli, struct store *store,
                 const struct key_author *key, const struct key_author *author,
                 bool *may)
{
    struct lineages *lineages = NULL;
    struct trust *trust = NULL;
    enum status status;
    int code = home_reopen_trust(cli, &trust);

    *may = false;
    if (code != 0)
        return code;
    status = lineages_new(&lineages, store, trust);
    if (status == STATUS_OK)
        status = find_whether(may, lineages, key, author);
    lineages_free(lineages);
    trust_free(trust);
    return status == STATUS_OK ? 0 : cli_fail_store(cli, status);
}
