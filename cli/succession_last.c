/*
 * The last good record of a key that ends: the newest that is here, or the one
 * that a person names because somebody else has signed after it.
 */
#include <string.h>

#include "bundles/history.h"
#include "cli/find.h"
#include "cli/i18n.h"
#include "cli/succession.h"
#include "core/limits.h"

/* A store_visit over the records of one author with one number. */
struct newest {
    size_t count;
    struct record_id id;
};

static enum status
on_newest(void *context, const struct store_row *row)
{
    struct newest *newest = context;

    newest->id = row->id;
    newest->count++;
    return STATUS_OK;
}

static int
find_newest(struct cli *cli, struct store *store, struct identity_good *out)
{
    struct newest newest = {0};
    struct store_query query = {.by_author = true,
                                .author = out->key.author,
                                .by_sequence = true,
                                .limit = 2};
    enum status status = history_last(store, &out->key.author, &out->sequence);
    char key[KEY_STRING_SIZE];

    query.sequence = out->sequence;
    if (status == STATUS_OK)
        status = store_walk(store, &query, on_newest, &newest);
    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
    key_public_format(&out->key, key);
    if (out->sequence == 0 || newest.count == 0)
        return cli_fail(cli, CLI_NOT_FOUND, "p2pub import DIR",
                        _("no record of %s is here, so its last good one "
                          "cannot be named"),
                        key);
    if (newest.count > 1)
        return cli_fail(cli, CLI_FAILED, "p2pub list --all",
                        _("two records of %s have the number %lu: name the "
                          "last good one with --good ID"),
                        key, (unsigned long)out->sequence);
    out->id = newest.id;
    return CLI_DONE;
}

/* The place for author's last record; a key that ended before may be set right
 * once more.  NULL if it is none of the chain's. */
static struct identity_good *
place_of(struct succession *succession, const struct key_author *author)
{
    const struct lineage_key *key;

    for (size_t i = 0; i < succession->last_count; i++)
        if (key_author_equal(&succession->last[i].key.author, author))
            return &succession->last[i];
    key = lineage_key(&succession->lineage, author);
    if (key == NULL || succession->last_count == IDENTITY_GOOD_MAX)
        return NULL;
    succession->last[succession->last_count].key = key->key;
    return &succession->last[succession->last_count++];
}

/* Take one that was named; it must be of a key that ends or has ended. */
static int
take_named(struct cli *cli, struct succession *succession, const char *digits)
{
    struct identity_good *last;
    struct store_row row;
    struct record_id id;
    enum status status;
    int code = find_record(cli, succession->store, digits, &id);

    if (code != CLI_DONE)
        return code;
    status = store_get_row(succession->store, &id, &row);
    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
    last = place_of(succession, &row.author);
    if (last == NULL)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("'%s' is not by a key that is to be replaced"),
                        digits);
    if (row.sequence == 0)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("'%s' stands outside its key's numbers, and cannot "
                          "be the last good one"),
                        digits);
    if (last->sequence > 0)
        return cli_misused(cli, _("--good: two records of one key"));
    last->sequence = row.sequence;
    last->id = id;
    return CLI_DONE;
}

/* The authors of what it follows, each once. */
static void
list_keys(struct succession *succession)
{
    const struct identity *identity = &succession->identity;

    succession->last_count = 0;
    for (size_t i = 0; i < identity->follow_count; i++) {
        const struct lineage_version *version =
            lineage_get(&succession->lineage, &identity->follows[i]);
        bool is_there = version == NULL;

        for (size_t j = 0; j < succession->last_count && !is_there; j++)
            is_there = key_author_equal(&succession->last[j].key.author,
                                        &version->key.author);
        if (!is_there)
            succession->last[succession->last_count++].key = version->key;
    }
}

int
succession_find_last(struct cli *cli, struct succession *succession,
                     const char *const *good, size_t count)
{
    int code = CLI_DONE;

    list_keys(succession);
    for (size_t i = 0; i < count && code == CLI_DONE; i++)
        code = take_named(cli, succession, good[i]);
    for (size_t i = 0; i < succession->last_count && code == CLI_DONE; i++)
        if (succession->last[i].sequence == 0)
            code = find_newest(cli, succession->store, &succession->last[i]);
    return code;
}
