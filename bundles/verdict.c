#include "bundles/verdict.h"

#include <string.h>

#include "bundles/bundle.h"
#include "bundles/cosign.h"
#include "bundles/gaps.h"
#include "bundles/history.h"
#include "bundles/identity.h"
#include "bundles/revoke.h"
#include "bundles/statement.h"
#include "bundles/verdict_heads.h"
#include "bundles/withdraw.h"
#include "core/mem.h"
#include "core/text.h"

/* Runs of missing pieces that are asked for to tell which files they are of. */
#define GAPS_MAX ((size_t)1024)

/* Copy view, which is shorter than size, with a zero octet behind it. */
static void
copy_text(char *out, size_t size, struct byte_view view)
{
    size_t length = view.size < size ? view.size : size - 1;

    if (length > 0)
        memcpy(out, view.data, length);
    out[length] = '\0';
}

/* STATUS_NEWER for what this p2pub cannot show. */
static enum status
check_kind(const struct record *record)
{
    struct statement statement;
    struct withdraw withdraw;
    struct identity identity;
    struct cosign cosign;
    struct revoke revoke;
    enum status status;

    if (record_kind(record) == RECORD_IDENTITY) {
        status = identity_read(&identity, record);
        /* Whoever holds the key can sign a later version; without its
         * recovery keys that is worth nothing, and to say that it is the
         * key's would be read as more. */
        return status == STATUS_OK && identity.version != 1 ? STATUS_NEWER
                                                            : status;
    }
    if (record_kind(record) == RECORD_COSIGN)
        return cosign_read(&cosign, record);
    if (record_kind(record) == RECORD_WITHDRAW)
        return withdraw_read(&withdraw, record);
    if (record_kind(record) == RECORD_REVOKE)
        return revoke_read(&revoke, record);
    status = statement_read(&statement, record);
    statement_release(&statement);
    return status;
}

enum verdict_standing
verdict_standing_of(const struct trust *trust, const struct key_author *author,
                    enum store_state state, bool can_show)
{
    if (state == STORE_FAULTY)
        return VERDICT_FAULTY;
    if (!can_show)
        return VERDICT_NEWER;
    return trust_class(trust, author) == TRUST_UNKNOWN ? VERDICT_UNKNOWN
                                                       : VERDICT_VERIFIED;
}

enum status
verdict_standing(enum verdict_standing *out, const struct trust *trust,
                 const struct record *record, enum store_state state)
{
    enum status status = check_kind(record);

    *out = verdict_standing_of(trust, &record_fields(record)->key.author, state,
                               status == STATUS_OK);
    return status == STATUS_NEWER ? STATUS_OK : status;
}

/* What is known around it. */

/* The search for statements that name this one. */
struct link_search {
    struct store *store;
    struct verdict *verdict;
    bool same_key; /* walking over the records of the author itself */
};

/* Put link into links, newest first, then by id; *count counts all. */
static void
add_link(struct verdict_link links[VERDICT_LINKS_MAX], size_t *count,
         const struct verdict_link *link)
{
    size_t kept = *count < VERDICT_LINKS_MAX ? *count : VERDICT_LINKS_MAX;
    size_t at = 0;

    while (at < kept &&
           (links[at].date.number > link->date.number ||
            (links[at].date.number == link->date.number &&
             memcmp(links[at].id.octets, link->id.octets, 32) < 0)))
        at++;
    (*count)++;
    if (at == VERDICT_LINKS_MAX)
        return;
    if (kept == VERDICT_LINKS_MAX)
        kept--;
    memmove(links + at + 1, links + at, (kept - at) * sizeof(links[0]));
    links[at] = *link;
}

static void
examine_link(const struct link_search *search, const struct record *record,
             const struct statement *statement)
{
    const struct record_fields *fields = record_fields(record);
    struct verdict *verdict = search->verdict;
    int text = statement_choose_text(record, NULL);
    struct verdict_link link = {
        .id = *record_id(record), .key = fields->key, .date = fields->date};

    if (text >= 0)
        copy_text(link.language, sizeof(link.language),
                  fields->files[text].language);
    if (search->same_key && statement->has_replaces &&
        record_id_equal(&statement->replaces, &verdict->id))
        add_link(verdict->replaced_by, &verdict->replaced_count, &link);
    if (statement->has_translates &&
        record_id_equal(&statement->translates, &verdict->id))
        add_link(verdict->translations, &verdict->translation_count, &link);
}

/* A store_visit over the statements of one key that name this one. */
static enum status
on_statement(void *context, const struct store_row *row)
{
    const struct link_search *search = context;
    struct statement statement;
    struct record *record;
    enum status status;

    status = store_get_record(search->store, &row->id, &record);
    if (status != STATUS_OK)
        return status;
    status = statement_read(&statement, record);
    if (status == STATUS_OK)
        examine_link(search, record, &statement);
    statement_release(&statement);
    record_free(record);
    return status == STATUS_NEWER ? STATUS_OK : status;
}

static enum status
find_links_of(struct verdict *verdict, struct store *store,
              const struct key_author *author)
{
    struct link_search search = {
        store, verdict, key_author_equal(author, &verdict->signer.key.author)};
    struct store_query query = {.by_author = true,
                                .author = *author,
                                .by_kind = true,
                                .kind = RECORD_STATEMENT,
                                .by_subject = true,
                                .subject = verdict->id};

    return store_walk(store, &query, on_statement, &search);
}

static enum status
find_links(struct verdict *verdict, struct store *store,
           const struct trust *trust)
{
    const struct trust_entry *entry;
    size_t position = 0;
    enum status status =
        find_links_of(verdict, store, &verdict->signer.key.author);

    while (status == STATUS_OK &&
           (entry = trust_next(trust, &position)) != NULL) {
        /* The author, and a key that is both own and followed, once. */
        if (!key_author_equal(&entry->key.author,
                              &verdict->signer.key.author) &&
            entry == trust_get(trust, &entry->key.author))
            status = find_links_of(verdict, store, &entry->key.author);
    }
    return status;
}

static enum status
find_replaced(struct verdict *verdict, struct store *store,
              const struct record *record)
{
    struct statement statement;
    struct store_row row;
    enum status status = statement_read(&statement, record);

    if (status == STATUS_OK && statement.has_replaces) {
        status = store_get_row(store, &statement.replaces, &row);
        if (status == STATUS_OK) {
            verdict->replaces_is_here = true;
            verdict->replaces_own =
                key_author_equal(&row.author, &verdict->signer.key.author);
        }
    }
    statement_release(&statement);
    return status == STATUS_NEWER || status == STATUS_NOT_FOUND ? STATUS_OK
                                                                : status;
}

static void
take_fork(struct verdict_fork *out, const struct history *history,
          const struct history_fork *fork)
{
    out->number = fork->number;
    out->merged = fork->merged;
    out->count = fork->count;
    for (size_t i = 0; i < fork->count && i < VERDICT_LINKS_MAX; i++)
        out->ids[i] = history->nodes[fork->first + i].id;
}

static enum status
examine_history(struct verdict *verdict, struct store *store)
{
    const struct key_author *author = &verdict->signer.key.author;
    struct history history;
    enum status status = history_read(&history, store, author);

    verdict->gaps = history.missing;
    if (status == STATUS_OK && history.is_partial)
        status = gaps_count(store, author, &verdict->gaps);
    if (status == STATUS_OK) {
        verdict->fork_count = history.fork_count;
        for (size_t i = 0; i < history.fork_count && i < VERDICT_FORKS_MAX; i++)
            take_fork(&verdict->forks[i], &history, &history.forks[i]);
    }
    history_release(&history);
    return status;
}

/* Whether its author withdrew it, or its key, and who else signed. */
static enum status
find_signings(struct verdict *verdict, struct store *store,
              const struct trust *trust, const struct record *record)
{
    enum record_kind kind = record_kind(record);
    bool stands;
    enum status status = STATUS_OK;

    if (store != NULL)
        status = withdrawals_find(&verdict->withdrawn, &stands, store,
                                  &verdict->signer.key.author, &verdict->id, 1);
    if (status == STATUS_OK && store != NULL)
        status = revocation_find(&verdict->revoked, store,
                                 &verdict->signer.key.author, &verdict->id);
    if (status == STATUS_OK && verdict->standing != VERDICT_NEWER &&
        (kind == RECORD_STATEMENT || kind == RECORD_IDENTITY))
        status = signatories_find(&verdict->signatories, store, trust, record);
    return status;
}

static enum status
find_missing(struct verdict *verdict, struct store *store,
             const struct record *record)
{
    bool is_missing[RECORD_FILES_MAX] = {false};
    struct bundle_gap *gaps;
    size_t count = 0;
    enum status status;

    gaps = mem_zalloc(GAPS_MAX, sizeof(gaps[0]));
    if (gaps == NULL)
        return STATUS_NO_MEMORY;
    status = bundle_missing(store, record, gaps, GAPS_MAX, &count);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        is_missing[gaps[i].file] = true;
    for (size_t i = 0; i < RECORD_FILES_MAX; i++)
        if (is_missing[i])
            verdict->missing[verdict->missing_count++] = i;
    mem_free(gaps);
    return status;
}

/* What the store knows around the record. */
static enum status
look_around(struct verdict *verdict, struct store *store,
            const struct trust *trust, const struct record *record)
{
    enum status status = find_signings(verdict, store, trust, record);

    if (status != STATUS_OK || store == NULL)
        return status;
    if (verdict->state == STORE_INCOMPLETE &&
        store_has_record(store, &verdict->id))
        status = find_missing(verdict, store, record);
    if (status == STATUS_OK)
        status = find_replaced(verdict, store, record);
    if (status == STATUS_OK)
        status = find_links(verdict, store, trust);
    if (status == STATUS_OK)
        status = examine_history(verdict, store);
    if (status == STATUS_OK)
        status = verdict_heads_quoted(verdict, store, trust);
    if (status == STATUS_OK)
        status = verdict_heads_of(verdict, store, trust, record);
    return status;
}

enum status
verdict_make(struct verdict *out, struct store *store,
             const struct trust *trust, const struct record *record,
             enum store_state state)
{
    enum status status;

    memset(out, 0, sizeof(*out));
    out->id = *record_id(record);
    out->state = state;
    status = verdict_standing(&out->standing, trust, record, state);
    if (status == STATUS_OK)
        status = verdict_signer(&out->signer, store, trust,
                                &record_fields(record)->key);
    if (status != STATUS_OK)
        return status;
    if (store != NULL)
        store_hold(store);
    status = look_around(out, store, trust, record);
    if (store != NULL)
        store_let_go(store);
    return status;
}

void
verdict_release(struct verdict *verdict)
{
    withdrawal_release(&verdict->withdrawn);
    revocation_release(&verdict->revoked);
    signatories_release(&verdict->signatories);
}
