#include "bundles/vouches.h"

#include <stdlib.h>
#include <string.h>

#include "bundles/lineage.h"
#include "bundles/lineages.h"
#include "bundles/mentions.h"
#include "bundles/vouch.h"
#include "bundles/withdrawals.h"
#include "core/mem.h"

/* The search among what one introducer signed. */
struct search {
    struct vouches *out;
    struct lineages *lineages;
    const struct key_public *introducer;
    const char *called;
    size_t rank;
    size_t looked;
};

static enum status
make_room(struct vouches *vouches)
{
    size_t room = vouches->room == 0 ? 16 : vouches->room * 2;
    void *grown;

    if (vouches->count < vouches->room)
        return STATUS_OK;
    grown = mem_resize(vouches->names, room * sizeof(vouches->names[0]));
    if (grown == NULL)
        return STATUS_NO_MEMORY;
    vouches->names = grown;
    vouches->room = room;
    return STATUS_OK;
}

static enum status
add(struct search *search, const struct record *record,
    const struct vouch *vouch)
{
    struct vouches *vouches = search->out;
    const size_t called = strlen(search->called);
    const struct lineages_member *member = NULL;
    struct vouches_name *name;
    enum status status = make_room(vouches);

    if (status == STATUS_OK)
        status = lineages_get(search->lineages,
                              &record_fields(record)->key.author, &member);
    if (status != STATUS_OK)
        return status;
    name = &vouches->names[vouches->count++];
    memset(name, 0, sizeof(*name));
    name->entry.key = vouch->key;
    name->entry.has_pin = vouch->has_identity;
    name->entry.pin = vouch->identity;
    memcpy(name->name, vouch->name.data, vouch->name.size);
    memcpy(name->introducer, search->called,
           called < sizeof(name->introducer) ? called
                                             : sizeof(name->introducer) - 1);
    name->introducer_key = record_fields(record)->key;
    name->rank = search->rank;
    name->version = member->key == NULL ? 0 : member->key->from;
    name->id = *record_id(record);
    name->sequence = record_fields(record)->sequence;
    return STATUS_OK;
}

/* A store_visit over the vouches by one key, by id. */
static enum status
on_vouch(void *context, const struct store_row *row)
{
    struct search *search = context;
    struct record *record = NULL;
    struct vouch vouch;
    bool is_withdrawn = false;
    enum status status = withdrawals_has(&is_withdrawn, search->lineages,
                                         &row->author, &row->id);

    search->looked++;
    if (status != STATUS_OK || is_withdrawn)
        return status;
    status =
        store_get_record(lineages_store(search->lineages), &row->id, &record);
    if (status == STATUS_OK)
        status = vouch_read(&vouch, record);
    if (status == STATUS_OK)
        status = add(search, record, &vouch);
    record_free(record);
    return status == STATUS_NEWER ? STATUS_OK : status;
}

static enum status
search_one(struct search *search)
{
    const struct record_id subject = mentions_vouches();

    return lineages_walk(
        search->lineages, &search->introducer->author,
        &(struct lineages_query){RECORD_VOUCH, &subject, VOUCHES_MAX}, on_vouch,
        search);
}

/* By key, then by introducer, then the one that counts first. */
static int
compare_names(const void *a, const void *b)
{
    const struct vouches_name *left = a;
    const struct vouches_name *right = b;
    int order =
        memcmp(left->entry.key.author.octets, right->entry.key.author.octets,
               sizeof(left->entry.key.author.octets));

    if (order != 0)
        return order;
    if (left->rank != right->rank)
        return left->rank < right->rank ? -1 : 1;
    if (left->entry.is_derived != right->entry.is_derived)
        return left->entry.is_derived ? 1 : -1;
    if (left->version != right->version)
        return left->version > right->version ? -1 : 1;
    if (left->sequence != right->sequence)
        return left->sequence > right->sequence ? -1 : 1;
    return memcmp(left->id.octets, right->id.octets, sizeof(left->id.octets));
}

/* Put them in order, keep one of each introducer for a key, and let the
 * entries have their texts, which move no more. */
static void
finish(struct vouches *vouches)
{
    size_t kept = 0;

    if (vouches->count > 0)
        qsort(vouches->names, vouches->count, sizeof(vouches->names[0]),
              compare_names);
    for (size_t i = 0; i < vouches->count; i++) {
        const struct vouches_name *name = &vouches->names[i];

        if (kept > 0 && vouches->names[kept - 1].rank == name->rank &&
            key_author_equal(&vouches->names[kept - 1].entry.key.author,
                             &name->entry.key.author))
            continue;
        if (kept < i)
            vouches->names[kept] = *name;
        kept++;
    }
    vouches->count = kept;
    for (size_t i = 0; i < kept; i++) {
        vouches->names[i].entry.name = vouches->names[i].name;
        vouches->names[i].entry.vouched_by = vouches->names[i].introducer;
    }
}

/* The other keys of the chain that name number at pins. */
static enum status
add_chain(struct vouches *vouches, size_t at, const struct lineage *lineage,
          size_t *added)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < lineage->key_count && *added < FOLLOWS_MAX; i++) {
        const struct key_public *key = &lineage->keys[i].key;

        if (key_author_equal(&key->author,
                             &vouches->names[at].entry.key.author))
            continue;
        status = make_room(vouches);
        if (status != STATUS_OK)
            break;
        vouches->names[vouches->count] = vouches->names[at];
        vouches->names[vouches->count].entry.key = *key;
        vouches->names[vouches->count].entry.is_derived = true;
        vouches->count++;
        (*added)++;
    }
    return status;
}

/* Put in order what was found, and what follows from that by chains. */
static enum status
complete(struct vouches *vouches, struct store *store)
{
    size_t added = 0;
    size_t count;
    enum status status = STATUS_OK;

    finish(vouches);
    count = vouches->count;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const struct trust_entry *entry = &vouches->names[i].entry;
        struct lineage lineage;

        if (!entry->has_pin)
            continue;
        status = lineage_read(&lineage, store, &entry->pin);
        if (status == STATUS_OK &&
            lineage_key(&lineage, &entry->key.author) != NULL)
            status = add_chain(vouches, i, &lineage, &added);
        lineage_release(&lineage);
        if (status == STATUS_NOT_FOUND)
            status = STATUS_OK;
    }
    if (added > 0)
        finish(vouches);
    return status;
}

enum status
vouches_read(struct vouches **out, size_t *looked, struct store *store,
             const struct key_public *introducer, const char *called)
{
    struct search search = {.out = mem_zalloc(1, sizeof(struct vouches)),
                            .introducer = introducer,
                            .called = called};
    enum status status = lineages_new(&search.lineages, store, NULL);

    if (search.out == NULL)
        status = STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = search_one(&search);
    if (status == STATUS_OK)
        status = complete(search.out, store);
    lineages_free(search.lineages);
    *out = NULL;
    *looked = search.looked;
    if (status != STATUS_OK) {
        vouches_free(search.out);
        return status;
    }
    *out = search.out;
    return STATUS_OK;
}

enum status
vouches_load(struct trust *trust, struct store *store)
{
    struct search search = {.out = mem_zalloc(1, sizeof(struct vouches))};
    const struct trust_entry *entry;
    size_t position = 0;
    enum status status = lineages_new(&search.lineages, store, trust);

    if (search.out == NULL)
        status = STATUS_NO_MEMORY;
    while (status == STATUS_OK && search.rank < INTRODUCERS_MAX &&
           (entry = trust_next_introducer(trust, &position)) != NULL) {
        search.introducer = &entry->key;
        search.called = entry->name;
        status = search_one(&search);
        search.rank++;
    }
    if (status == STATUS_OK)
        status = complete(search.out, store);
    lineages_free(search.lineages);
    if (status != STATUS_OK) {
        vouches_free(search.out);
        return status;
    }
    trust_set_vouches(trust, search.out);
    return STATUS_OK;
}

const struct vouches_name *
vouches_get(const struct vouches *vouches, const struct key_author *author,
            size_t *count)
{
    size_t low = 0;
    size_t high = vouches == NULL ? 0 : vouches->count;
    const size_t end = high;

    /* The first that is not below author. */
    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (memcmp(vouches->names[middle].entry.key.author.octets,
                   author->octets, sizeof(author->octets)) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *count = 0;
    while (low + *count < end &&
           key_author_equal(&vouches->names[low + *count].entry.key.author,
                            author))
        (*count)++;
    return *count == 0 ? NULL : &vouches->names[low];
}

void
vouches_free(struct vouches *vouches)
{
    if (vouches == NULL)
        return;
    mem_free(vouches->names);
    mem_free(vouches);
}
