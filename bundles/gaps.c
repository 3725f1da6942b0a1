#include "bundles/gaps.h"

#include <stdlib.h>
#include <string.h>

#include "bundles/heads.h"
#include "bundles/lineages.h"
#include "core/mem.h"

/* The numbers of one author. */
struct numbers {
    uint32_t *list;
    size_t count;
    size_t room;
    uint32_t highest;
    uint32_t most; /* of a key that ended, the last good one; 0 for no bound */
    bool is_partial;
};

static enum status
numbers_add(struct numbers *numbers, uint32_t number)
{
    size_t room = numbers->room == 0 ? 64 : numbers->room * 2;
    uint32_t *grown;

    if (numbers->count == numbers->room) {
        grown = mem_resize(numbers->list, room * sizeof(grown[0]));
        if (grown == NULL)
            return STATUS_NO_MEMORY;
        numbers->list = grown;
        numbers->room = room;
    }
    numbers->list[numbers->count++] = number;
    return STATUS_OK;
}

/* A store_visit. */
static enum status
on_row(void *context, const struct store_row *row)
{
    struct numbers *numbers = context;

    if (row->sequence == 0 ||
        (numbers->most > 0 && row->sequence > numbers->most))
        return STATUS_OK;
    if (row->sequence > numbers->highest)
        numbers->highest = row->sequence;
    if (numbers->count == GAPS_NUMBERS_MAX) {
        numbers->is_partial = true;
        return STATUS_OK;
    }
    return numbers_add(numbers, row->sequence);
}

static int
compare_numbers(const void *a, const void *b)
{
    const uint32_t *left = a;
    const uint32_t *right = b;

    return *left < *right ? -1 : *left > *right;
}

/* Put what lies between two numbers that are here. */
static void
add_range(struct gaps *gaps, uint32_t first, uint32_t last)
{
    gaps->missing += (uint64_t)last - first + 1;
    if (gaps->range_count < GAPS_RANGES_MAX)
        gaps->ranges[gaps->range_count] = (struct gaps_range){first, last};
    gaps->range_count++;
}

/* Fill what concerns the author's own records; those of a key that ended up to
 * the last good one, number most, which its chain signed. */
static enum status
find_holes(struct gaps *gaps, struct store *store,
           const struct key_author *author, uint32_t most)
{
    struct store_query query = {.by_author = true, .author = *author};
    struct numbers numbers = {.list = NULL, .most = most};
    enum status status = store_walk(store, &query, on_row, &numbers);
    uint32_t before = 0;

    gaps->newest = numbers.highest;
    gaps->is_partial = numbers.is_partial;
    gaps->missing = 0;
    gaps->range_count = 0;
    if (numbers.is_partial)
        numbers.count = 0;
    if (numbers.count > 0)
        qsort(numbers.list, numbers.count, sizeof(numbers.list[0]),
              compare_numbers);
    for (size_t i = 0; i < numbers.count; i++) {
        if (numbers.list[i] > before + 1)
            add_range(gaps, before + 1, numbers.list[i] - 1);
        before = numbers.list[i];
    }
    if (most > before && !numbers.is_partial)
        add_range(gaps, before + 1, most);
    if (most > 0)
        gaps->newest = most;
    mem_free(numbers.list);
    return status;
}

/* Whom the reader knows, and what others said of them. */
struct place {
    const struct trust_entry *entry;
    struct statement_head said; /* by the witness that is walked over */
    struct statement_head best; /* by all of them; sequence 0 for none */
    const struct trust_entry *witness;
};

struct table {
    struct store *store;
    struct lineages *lineages;
    struct place *places; /* by key, each once */
    size_t count;
};

static int
compare_authors(const struct key_author *a, const struct key_author *b)
{
    return memcmp(a->octets, b->octets, sizeof(a->octets));
}

static int
compare_places(const void *a, const void *b)
{
    const struct place *left = a;
    const struct place *right = b;

    return compare_authors(&left->entry->key.author, &right->entry->key.author);
}

static struct place *
table_find(const struct table *table, const struct key_author *author)
{
    size_t low = 0;
    size_t high = table->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order =
            compare_authors(author, &table->places[middle].entry->key.author);

        if (order == 0)
            return &table->places[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static enum status
table_fill(struct table *table, const struct trust *trust)
{
    const struct trust_entry *entry;
    size_t position = 0;
    size_t all = 0;

    while (trust_next_known(trust, &position) != NULL)
        all++;
    table->places = mem_zalloc(all + 1, sizeof(table->places[0]));
    if (table->places == NULL)
        return STATUS_NO_MEMORY;
    position = 0;
    while ((entry = trust_next_known(trust, &position)) != NULL)
        table->places[table->count++].entry = entry;
    qsort(table->places, table->count, sizeof(table->places[0]),
          compare_places);
    return STATUS_OK;
}

/* A heads_visit. */
static void
on_head(void *context, const struct statement_head *head)
{
    struct table *table = context;
    struct place *place = table_find(table, &head->key.author);

    if (place != NULL)
        heads_choose(&place->said, head);
}

/* What the witness said, next to what others had said.  Witnesses come by key,
 * so that of equal numbers the one by the lowest key stays. */
static enum status
take_said(struct table *table, const struct trust_entry *witness)
{
    enum status status = STATUS_OK;
    enum heads_state state;

    for (size_t i = 0; status == STATUS_OK && i < table->count; i++) {
        struct place *place = &table->places[i];

        if (place->said.sequence > place->best.sequence) {
            status = heads_state(&state, table->store, &place->said);
            if (status == STATUS_OK && state != HEADS_WRONG) {
                place->best = place->said;
                place->witness = witness;
            }
        }
        place->said.sequence = 0;
    }
    return status;
}

static enum status
hear_witnesses(struct table *table)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < table->count; i++) {
        const struct trust_entry *witness = table->places[i].entry;

        /* A chain speaks once. */
        if (witness->is_derived)
            continue;
        status =
            heads_walk(table->lineages, &witness->key.author, on_head, table);
        if (status == STATUS_OK)
            status = take_said(table, witness);
    }
    return status;
}

/* The number of the last good record of a key that ended; 0 of others. */
static enum status
last_good(uint32_t *out, struct lineages *lineages,
          const struct key_author *author)
{
    const struct lineages_member *member;
    enum status status = lineages_get(lineages, author, &member);

    *out = 0;
    if (status == STATUS_OK && member->key != NULL)
        *out = lineage_key_last(member->key);
    return status;
}

static enum status
visit_each(const struct table *table, const struct trust *trust,
           const struct key_author *only, struct gaps *gaps, gaps_visit *visit,
           void *context)
{
    enum status status = STATUS_OK;
    const struct trust_entry *entry;
    size_t position = 0;
    uint32_t most;

    while (status == STATUS_OK &&
           (entry = trust_next(trust, &position)) != NULL) {
        const struct place *place = table_find(table, &entry->key.author);

        if (place->entry != entry ||
            (only != NULL && !key_author_equal(only, &entry->key.author)))
            continue;
        gaps->entry = entry;
        status = last_good(&most, table->lineages, &entry->key.author);
        if (status == STATUS_OK)
            status = find_holes(gaps, table->store, &entry->key.author, most);
        gaps->has_tail = most == 0 && place->best.sequence > gaps->newest;
        gaps->tail = place->best;
        gaps->witness = place->witness;
        if (status == STATUS_OK)
            status = visit(context, gaps);
    }
    return status;
}

enum status
gaps_walk(struct store *store, const struct trust *trust,
          const struct key_author *only, gaps_visit *visit, void *context)
{
    struct table table = {.store = store};
    struct gaps *gaps = mem_zalloc(1, sizeof(*gaps));
    enum status status = lineages_new(&table.lineages, store, trust);

    if (gaps == NULL)
        status = STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = table_fill(&table, trust);
    if (status == STATUS_OK)
        status = hear_witnesses(&table);
    if (status == STATUS_OK)
        status = visit_each(&table, trust, only, gaps, visit, context);
    lineages_free(table.lineages);
    mem_free(table.places);
    mem_free(gaps);
    return status;
}

enum status
gaps_count(struct store *store, const struct key_author *author,
           uint32_t last_good, uint32_t *out)
{
    struct gaps *gaps = mem_zalloc(1, sizeof(*gaps));
    enum status status = gaps == NULL
                             ? STATUS_NO_MEMORY
                             : find_holes(gaps, store, author, last_good);

    /* Numbers are below 2^31. */
    if (status == STATUS_OK)
        *out = (uint32_t)gaps->missing;
    mem_free(gaps);
    return status;
}
