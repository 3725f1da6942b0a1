#include "cli/succession.h"

#include <stdlib.h>
#include <string.h>

#include "bundles/lineage_find.h"
#include "bundles/publish_answer.h"
#include "cli/author_number.h"
#include "cli/cli_clock.h"
#include "cli/document.h"
#include "cli/find.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/pass_on.h"
#include "cli/succession_state.h"
#include "core/limits.h"

/* What it follows. */

static int
compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct record_id));
}

/* The present version; in a conflict all that nothing follows, which must have
 * one number. */
static int
choose_heads(struct cli *cli, struct succession *succession, uint32_t *number)
{
    const struct lineage *lineage = &succession->lineage;
    struct identity *identity = &succession->identity;
    const bool is_healing = lineage_is_in_conflict(lineage);

    *number = lineage_present(lineage)->number;
    identity->follow_count = 0;
    for (size_t i = 0; i < lineage->version_count; i++) {
        const struct lineage_version *version = &lineage->versions[i];

        if (is_healing ? version->is_followed
                       : version != lineage_present(lineage))
            continue;
        if (identity->follow_count > 0 && version->number != *number)
            return cli_fail(cli, CLI_FAILED, NULL,
                            _("the versions that stand side by side have other "
                              "numbers, %lu and %lu: the side with fewer "
                              "writes more first"),
                            (unsigned long)*number,
                            (unsigned long)version->number);
        if (identity->follow_count == IDENTITY_FOLLOWS_MAX)
            return cli_fail(cli, CLI_FAILED, NULL,
                            _("over %zu versions stand side by side"),
                            IDENTITY_FOLLOWS_MAX);
        *number = version->number;
        identity->follows[identity->follow_count++] = version->id;
    }
    if (is_healing)
        cli_say(cli,
                _("%zu versions stand side by side; this one follows them all "
                  "and ends the conflict."),
                identity->follow_count);
    return CLI_DONE;
}

/* Take over what the version before says: of several, key's own. */
static enum status
take_over(struct succession *succession, const struct key_author *key)
{
    const struct identity draft = succession->identity;
    const struct record_id *from = &draft.follows[0];
    enum status status;

    for (size_t i = 0; i < draft.follow_count; i++) {
        const struct lineage_version *version =
            lineage_get(&succession->lineage, &draft.follows[i]);

        if (version != NULL && key_author_equal(&version->key.author, key))
            from = &draft.follows[i];
    }
    status = store_get_record(succession->store, from, &succession->before);
    if (status == STATUS_OK)
        status = identity_read(&succession->identity, succession->before);
    if (status != STATUS_OK)
        return status;
    succession->identity.follow_count = draft.follow_count;
    memcpy(succession->identity.follows, draft.follows, sizeof(draft.follows));
    succession->identity.good_count = 0;
    return STATUS_OK;
}

static int
begin(struct cli *cli, struct succession *succession,
      const struct key_public *key)
{
    struct identity *identity = &succession->identity;
    uint32_t number;
    enum status status;
    int code = choose_heads(cli, succession, &number);

    if (code != CLI_DONE)
        return code;
    if (number == IDENTITY_VERSION_MAX)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("version %lu is the last that an identity can have"),
                        (unsigned long)number);
    qsort(identity->follows, identity->follow_count,
          sizeof(identity->follows[0]), compare_ids);
    status = take_over(succession, &key->author);
    identity->version = number + 1;
    return status == STATUS_OK ? CLI_DONE : cli_fail_store(cli, status);
}

int
succession_open(struct cli *cli, struct succession *out,
                const struct key_public *key, const struct record_id *pin,
                const char *identity)
{
    enum lineage_found found = LINEAGE_NONE;
    struct record_id named;
    enum status status;
    int code;

    memset(out, 0, sizeof(*out));
    code = home_open_store(cli, HOME_WRITE, &out->store);
    if (code == CLI_DONE && identity != NULL) {
        code = find_record(cli, out->store, identity, &named);
        pin = &named;
    }
    if (code != CLI_DONE)
        return code;
    status = lineage_find(&out->lineage, &found, out->store, &key->author, pin);
    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
    if (found == LINEAGE_SEVERAL)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("this key has a part in several identities: name "
                          "the one that is its owner's by its version 1, with "
                          "--identity ID"));
    if (found == LINEAGE_NONE && identity != NULL)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("'%s' is no version 1 to which this key belongs"),
                        identity);
    if (found == LINEAGE_NONE)
        return cli_fail(cli, CLI_NOT_FOUND, "p2pub import DIR",
                        _("no identity of this key is here, so nothing says "
                          "who may replace it"));
    return begin(cli, out, key);
}

void
succession_release(struct succession *succession)
{
    store_free(succession->store);
    lineage_release(&succession->lineage);
    record_free(succession->before);
    memset(succession, 0, sizeof(*succession));
}

bool
succession_is_keeper(const struct succession *succession,
                     const struct key_author *author)
{
    const struct identity *identity = &succession->identity;

    for (size_t i = 0; i < identity->recovery_count; i++)
        if (key_author_equal(&identity->recovery[i].author, author))
            return true;
    for (size_t i = 0; i < identity->follow_count; i++) {
        const struct lineage_version *version =
            lineage_get(&succession->lineage, &identity->follows[i]);

        for (size_t j = 0; version != NULL && j < version->recovery_count; j++)
            if (key_author_equal(&version->recovery[j].author, author))
                return true;
    }
    return false;
}

/* Signing. */

static int
compare_good(const void *a, const void *b)
{
    const struct identity_good *x = a;
    const struct identity_good *y = b;

    return memcmp(&x->key.author, &y->key.author, sizeof(x->key.author));
}

static int
sign(struct cli *cli, struct succession *succession,
     struct publish_answer *record, const struct key_secret *secret)
{
    struct publish_fault fault;
    struct record_id *id = &succession->records[succession->record_count];
    enum status status;
    int code;

    record->key = secret->public_key;
    record->today = cli_clock_today();
    status = publish_answer(succession->store, record, secret, id, &fault);
    if (status == STATUS_AMBIGUOUS) {
        code = author_number_ask_to_merge(cli, &fault.fork);
        if (code != CLI_DONE)
            return code;
        record->merge = true;
        status = publish_answer(succession->store, record, secret, id, &fault);
    }
    /* The same co-signature once more says nothing new. */
    if (status == STATUS_EXISTS && record->outside)
        return CLI_DONE;
    if (status == STATUS_NOT_FOUND || status == STATUS_EXISTS)
        return author_number_fail(cli, status, record->sequence);
    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
    succession->record_count++;
    return CLI_DONE;
}

int
succession_sign(struct cli *cli, struct succession *succession,
                const struct key_secret *secret)
{
    struct identity *identity = &succession->identity;
    struct publish_answer record = {.identity = identity};
    struct store_sequence own;
    enum status status =
        store_get_sequence(succession->store, &secret->public_key.author, &own);

    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
    /* A new key begins with this record. */
    record.sequence = own.number == 0 && succession->is_new_key ? 1 : 0;
    for (size_t i = 0; i < succession->last_count; i++)
        if (!key_author_equal(&succession->last[i].key.author,
                              &secret->public_key.author))
            identity->good[identity->good_count++] = succession->last[i];
    qsort(identity->good, identity->good_count, sizeof(identity->good[0]),
          compare_good);
    return sign(cli, succession, &record, secret);
}

int
succession_consent(struct cli *cli, struct succession *succession,
                   const struct key_secret *recovery)
{
    struct cosign cosign = {.signs = succession->records[0]};
    struct publish_answer record = {.cosign = &cosign, .outside = true};

    return sign(cli, succession, &record, recovery);
}

int
succession_report(struct cli *cli, struct succession *succession,
                  const struct key_public *key, bool offline, bool *counts)
{
    uint32_t delivered[SUCCESSION_RECORDS_MAX] = {0};
    char text[RECORD_ID_TEXT_SIZE];
    int code;

    store_free(succession->store);
    succession->store = NULL;
    /* It is signed; that nobody could be reached is no failure of that. */
    cli->lenient = true;
    if (!offline)
        (void)pass_on(cli, succession->records, succession->record_count,
                      delivered);
    cli->lenient = false;
    record_id_format(&succession->records[0], text);
    (void)json_object_set_new(cli->document, "id", json_string(text));
    (void)json_object_set_new(cli->document, "key", document_key(key));
    (void)json_object_set_new(cli->document, "delivered",
                              document_number(delivered[0]));
    cli_print(cli, "%s\n", text);
    code = succession_state_tell(cli, &succession->records[0], cli->document,
                                 counts);
    if (delivered[0] > 0)
        cli_say(cli, P_("%lu node has it", "%lu nodes have it", delivered[0]),
                (unsigned long)delivered[0]);
    else
        cli_say(cli, _("stored; nobody has it yet: p2pub share, or p2pub "
                       "export DIR"));
    return code;
}
