#include "bundles/verdict.h"

#include <string.h>

#include "bundles/bundle.h"
#include "bundles/gaps.h"
#include "bundles/history.h"
#include "bundles/kind.h"
#include "bundles/verdict_heads.h"
#include "bundles/verdict_lineage.h"
#include "bundles/verdict_links.h"
#include "core/mem.h"

/* Runs of missing pieces that are asked for to tell which files they are of. */
#define GAPS_MAX ((size_t)1024)

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
    enum status status = kind_check(record);

    *out = verdict_standing_of(trust, &record_fields(record)->key.author, state,
                               status == STATUS_OK);
    return status == STATUS_NEWER ? STATUS_OK : status;
}

/* What is known around it. */

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
    if (status == STATUS_OK &&
        (history.is_partial || verdict->lineage.last_good > 0))
        status = gaps_count(store, author, verdict->lineage.last_good,
                            &verdict->gaps);
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
find_signings(struct verdict *verdict, struct lineages *lineages,
              const struct trust *trust, const struct record *record)
{
    struct store *store = lineages_store(lineages);
    enum record_kind kind = record_kind(record);
    bool stands;
    enum status status = STATUS_OK;

    if (store != NULL)
        status = withdrawals_find(&verdict->withdrawn, &stands, lineages,
                                  &verdict->signer.key.author, &verdict->id, 1);
    if (status == STATUS_OK && store != NULL)
        status = revocation_find(&verdict->revoked, store,
                                 &verdict->signer.key.author, &verdict->id);
    if (status == STATUS_OK && verdict->standing != VERDICT_NEWER &&
        (kind == RECORD_STATEMENT || kind == RECORD_IDENTITY))
        status =
            signatories_find(&verdict->signatories, lineages, trust, record);
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
look_around(struct verdict *verdict, struct lineages *lineages,
            const struct trust *trust, const struct record *record)
{
    struct store *store = lineages_store(lineages);
    enum status status = find_signings(verdict, lineages, trust, record);

    if (status != STATUS_OK || store == NULL)
        return status;
    if (verdict->state == STORE_INCOMPLETE &&
        store_has_record(store, &verdict->id))
        status = find_missing(verdict, store, record);
    if (status == STATUS_OK)
        status = verdict_links_from(verdict, lineages, trust, record);
    if (status == STATUS_OK && record_kind(record) == RECORD_STATEMENT)
        status = verdict_links_to(verdict, lineages, trust);
    if (status == STATUS_OK)
        status = examine_history(verdict, store);
    if (status == STATUS_OK)
        status = verdict_heads_quoted(verdict, lineages, trust);
    if (status == STATUS_OK)
        status = verdict_heads_of(verdict, store, trust, record);
    return status;
}

static enum status
fill(struct verdict *out, struct lineages *lineages, const struct trust *trust,
     const struct record *record)
{
    enum status status =
        verdict_standing(&out->standing, trust, record, out->state);

    if (status == STATUS_OK)
        status = verdict_signer_find(&out->signer, lineages, trust,
                                     &record_fields(record)->key);
    if (status == STATUS_OK)
        status = verdict_vouches(&out->vouches, lineages_store(lineages), trust,
                                 &record_fields(record)->key.author);
    if (status == STATUS_OK)
        status = verdict_lineage_find(out, lineages, record);
    return status == STATUS_OK ? look_around(out, lineages, trust, record)
                               : status;
}

enum status
verdict_make(struct verdict *out, struct store *store,
             const struct trust *trust, const struct record *record,
             enum store_state state)
{
    struct lineages *lineages;
    enum status status = lineages_new(&lineages, store, trust);

    memset(out, 0, sizeof(*out));
    out->id = *record_id(record);
    out->state = state;
    if (store != NULL)
        store_hold(store);
    if (status == STATUS_OK)
        status = fill(out, lineages, trust, record);
    if (store != NULL)
        store_let_go(store);
    lineages_free(lineages);
    return status;
}

void
verdict_release(struct verdict *verdict)
{
    withdrawal_release(&verdict->withdrawn);
    revocation_release(&verdict->revoked);
    signatories_release(&verdict->signatories);
}
