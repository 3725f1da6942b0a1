#include "cli/key_state.h"

#include <string.h>

#include "bundles/lineage_find.h"
#include "bundles/revocation.h"
#include "cli/home.h"
#include "cli/i18n.h"

static enum status
find_end(struct key_state *out, struct store *store,
         const struct key_author *author)
{
    struct lineage lineage;
    const struct lineage_key *key;
    enum lineage_found found = LINEAGE_NONE;
    enum status status = lineage_find(&lineage, &found, store, author, NULL);

    if (status == STATUS_OK && found == LINEAGE_ONE) {
        key = lineage_key(&lineage, author);
        if (key != NULL && !key->is_present) {
            out->ended_by = key->ended_by;
            out->present = lineage_present(&lineage)->key;
        }
    }
    lineage_release(&lineage);
    return status;
}

enum status
key_state_find(struct key_state *out, struct store *store,
               const struct key_author *author)
{
    static const struct record_id none = {{0}};
    struct revocation revocation;
    enum status status;

    memset(out, 0, sizeof(*out));
    status = revocation_find(&revocation, store, author, &none);
    if (status == STATUS_OK && revocation.record != NULL) {
        out->is_revoked = true;
        out->revoked = revocation.date;
    }
    revocation_release(&revocation);
    return status == STATUS_OK ? find_end(out, store, author) : status;
}

int
key_state_warn(struct cli *cli, struct store *store,
               const struct keyring_entry *entry)
{
    struct key_state state;
    char day[DAY_TEXT_SIZE];
    char key[KEY_STRING_SIZE];
    const enum status status =
        key_state_find(&state, store, &entry->key.author);

    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
    if (state.is_revoked) {
        day_format(state.revoked, day);
        cli_warn(cli,
                 _("the key '%s' was revoked on %s: readers are told so with "
                   "everything that it signs"),
                 entry->name, day);
    }
    if (state.ended_by > 0) {
        key_public_format(&state.present, key);
        cli_warn(cli,
                 _("the key '%s' was replaced by version %lu: what it signs "
                   "now counts for nothing. The key in its place is %s"),
                 entry->name, (unsigned long)state.ended_by, key);
    }
    return CLI_DONE;
}

/* The only one of several that nothing has replaced; NULL if there is none, or
 * more than one. */
static enum status
choose_present(const struct keyring_entry **out, struct store *store,
               const struct keyring *keyring)
{
    size_t count = 0;

    *out = NULL;
    for (size_t i = 0; i < keyring->count; i++) {
        struct key_state state = {0};
        const enum status status =
            find_end(&state, store, &keyring->entries[i].key.author);

        if (status != STATUS_OK)
            return status;
        if (state.ended_by > 0)
            continue;
        *out = &keyring->entries[i];
        count++;
    }
    if (count != 1)
        *out = NULL;
    return STATUS_OK;
}

int
key_state_choose(struct cli *cli, struct store *store,
                 const struct keyring *keyring, const char *name,
                 const struct keyring_entry **out)
{
    struct store *opened = NULL;
    enum status status = STATUS_OK;
    int code = CLI_DONE;

    *out = NULL;
    if (name != NULL || keyring->count < 2)
        return keyring_choose(cli, keyring, name, out);
    if (store == NULL && home_has_store(cli))
        code = home_open_store(cli, HOME_READ, &opened);
    if (code == CLI_DONE && (store != NULL || opened != NULL))
        status = choose_present(out, store != NULL ? store : opened, keyring);
    store_free(opened);
    if (status != STATUS_OK)
        code = cli_fail_store(cli, status);
    if (code != CLI_DONE || *out != NULL)
        return code;
    return keyring_choose(cli, keyring, name, out);
}
