#include "bundles/good_part.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "bundles/mentions.h"
#include "core/limits.h"
#include "core/mem.h"

/* What others are about that anybody looks for: versions follow more. */
#define GOOD_SUBJECTS ((size_t)3)

static_assert(sizeof(((struct good_record *)0)->subjects) ==
                  GOOD_SUBJECTS * sizeof(struct record_id),
              "replaces, translates, heads");

/* One that is good and whose previous records are still to be looked at. */
struct pending {
    struct record_id id;
    uint32_t sequence;
};

struct reading {
    struct good_part *part;
    struct store *store;
    const struct key_author *author;
    size_t capacity;
    size_t pending_count;
    struct pending pending[GOOD_PENDING_MAX];
};

static int
compare_records(const void *a, const void *b)
{
    const struct good_record *x = a;
    const struct good_record *y = b;

    return memcmp(&x->id, &y->id, sizeof(x->id));
}

static void
leave_open(struct reading *reading, uint32_t below)
{
    if (reading->part->open_below < below)
        reading->part->open_below = below;
}

static enum status
make_room(struct reading *reading)
{
    struct good_part *part = reading->part;
    size_t room = reading->capacity == 0 ? 16 : 2 * reading->capacity;
    struct good_record *records;

    if (part->count < reading->capacity)
        return STATUS_OK;
    records = mem_resize(part->records, room * sizeof(part->records[0]));
    if (records == NULL)
        return STATUS_NO_MEMORY;
    part->records = records;
    reading->capacity = room;
    return STATUS_OK;
}

/* The last good record, which is not here: it is named, so no other one with
 * its number is good. */
static enum status
add_missing(struct reading *reading, const struct record_id *id,
            uint32_t sequence)
{
    const struct good_record missing = {
        .id = *id, .sequence = sequence, .kind = RECORD_OTHER};
    enum status status = make_room(reading);

    if (status == STATUS_OK)
        reading->part->records[reading->part->count++] = missing;
    leave_open(reading, sequence);
    return status;
}

/* Note the record called id as good if it is here, author's, and numbered at
 * most highest; exactly that for a last one. */
static enum status
add_pending(struct reading *reading, const struct record_id *id,
            uint32_t highest, bool is_last)
{
    struct store_row row;
    enum status status;

    for (size_t i = 0; i < reading->pending_count; i++)
        if (record_id_equal(&reading->pending[i].id, id))
            return STATUS_OK;
    status = store_get_row(reading->store, id, &row);
    if (status == STATUS_NOT_FOUND && is_last)
        return add_missing(reading, id, highest);
    if (status == STATUS_NOT_FOUND ||
        (status == STATUS_OK && reading->pending_count == GOOD_PENDING_MAX)) {
        leave_open(reading, highest + 1);
        return STATUS_OK;
    }
    if (status != STATUS_OK ||
        !key_author_equal(&row.author, reading->author) ||
        row.sequence > highest || row.sequence == 0 ||
        (is_last && row.sequence != highest))
        return status;
    reading->pending[reading->pending_count++] =
        (struct pending){*id, row.sequence};
    return STATUS_OK;
}

/* Take out the one with the highest number: whatever leads to one of a lower
 * number has been seen when its turn comes, so that each comes once. */
static struct pending
take_pending(struct reading *reading)
{
    size_t at = 0;
    struct pending taken;

    for (size_t i = 1; i < reading->pending_count; i++)
        if (reading->pending[i].sequence > reading->pending[at].sequence)
            at = i;
    taken = reading->pending[at];
    reading->pending[at] = reading->pending[--reading->pending_count];
    return taken;
}

static enum status
add_record(struct reading *reading, const struct record *record)
{
    const struct record_fields *fields = record_fields(record);
    struct record_id subjects[MENTIONS_MAX];
    struct good_record good = {.id = *record_id(record),
                               .sequence = fields->sequence,
                               .kind = record_kind(record)};
    enum status status = make_room(reading);

    if (status != STATUS_OK)
        return status;
    good.subject_count = mentions_of(record, subjects);
    if (good.subject_count > GOOD_SUBJECTS)
        good.subject_count = GOOD_SUBJECTS;
    memcpy(good.subjects, subjects,
           good.subject_count * sizeof(good.subjects[0]));
    reading->part->records[reading->part->count++] = good;
    for (size_t i = 0; i < fields->previous_count && status == STATUS_OK; i++)
        status = add_pending(reading, &fields->previous[i],
                             fields->sequence - 1, false);
    return status;
}

static enum status
read_next(struct reading *reading)
{
    const struct pending next = take_pending(reading);
    struct record *record;
    enum status status;

    if (reading->part->count == GOOD_RECORDS_MAX) {
        leave_open(reading, next.sequence + 1);
        reading->pending_count = 0;
        return STATUS_OK;
    }
    status = store_get_record(reading->store, &next.id, &record);
    if (status == STATUS_OK)
        status = add_record(reading, record);
    record_free(record);
    return status;
}

static int
compare_subjects(const void *a, const void *b)
{
    const struct good_subject *x = a;
    const struct good_subject *y = b;
    const int order = memcmp(&x->id, &y->id, sizeof(x->id));

    if (order != 0)
        return order;
    return (x->record > y->record) - (x->record < y->record);
}

/* Note whatever the record with this index is about, each once. */
static void
add_subjects(struct good_part *part, size_t at)
{
    const struct good_record *record = &part->records[at];
    const size_t first = part->subject_count;

    for (size_t i = 0; i < record->subject_count; i++) {
        bool is_there = false;

        for (size_t j = first; j < part->subject_count; j++)
            is_there = is_there || record_id_equal(&part->subjects[j].id,
                                                   &record->subjects[i]);
        if (!is_there)
            part->subjects[part->subject_count++] =
                (struct good_subject){record->subjects[i], at};
    }
}

/* Put what was read in order: whoever looks for what is about another record
 * asks as often as there are records. */
static enum status
put_in_order(struct good_part *part)
{
    size_t count = 0;

    if (part->count == 0)
        return STATUS_OK;
    qsort(part->records, part->count, sizeof(part->records[0]),
          compare_records);
    for (size_t i = 0; i < part->count; i++)
        count += part->records[i].subject_count;
    if (count == 0)
        return STATUS_OK;
    part->subjects = mem_zalloc(count, sizeof(part->subjects[0]));
    if (part->subjects == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < part->count; i++)
        add_subjects(part, i);
    qsort(part->subjects, part->subject_count, sizeof(part->subjects[0]),
          compare_subjects);
    return STATUS_OK;
}

enum status
good_part_read(struct good_part *out, struct store *store,
               const struct key_author *author,
               const struct identity_good *last, size_t count)
{
    struct reading *reading = mem_zalloc(1, sizeof(*reading));
    enum status status = STATUS_OK;

    memset(out, 0, sizeof(*out));
    if (reading == NULL)
        return STATUS_NO_MEMORY;
    reading->part = out;
    reading->store = store;
    reading->author = author;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = add_pending(reading, &last[i].id, last[i].sequence, true);
    while (reading->pending_count > 0 && status == STATUS_OK)
        status = read_next(reading);
    if (status == STATUS_OK)
        status = put_in_order(out);
    mem_free(reading);
    return status;
}

const struct good_subject *
good_part_about(const struct good_part *part, const struct record_id *id,
                size_t *count)
{
    size_t low = 0;
    size_t high = part->subject_count;

    /* The first that is not below id. */
    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (memcmp(&part->subjects[middle].id, id, sizeof(*id)) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *count = 0;
    while (low + *count < part->subject_count &&
           record_id_equal(&part->subjects[low + *count].id, id))
        (*count)++;
    return *count == 0 ? NULL : &part->subjects[low];
}

/* True if a good sealed statement commits to id. */
static bool
is_sealed(const struct good_part *part, const struct record_id *id)
{
    size_t count;
    const struct good_subject *subjects = good_part_about(part, id, &count);

    for (size_t i = 0; i < count; i++) {
        const struct good_record *record = &part->records[subjects[i].record];

        if (record->kind == RECORD_SEALED &&
            record_id_equal(&record->subjects[0], id))
            return true;
    }
    return false;
}

enum good_standing
good_part_standing(const struct good_part *part, const struct record_id *id,
                   uint32_t sequence)
{
    const struct good_record wanted = {.id = *id};
    const struct good_record *found =
        part->count == 0 ? NULL
                         : bsearch(&wanted, part->records, part->count,
                                   sizeof(wanted), compare_records);

    /* One that is not here may turn out to have another number. */
    if (found != NULL && found->sequence == sequence)
        return GOOD_PART_GOOD;
    /* Whoever stole the key can sign any number of these, and no missing number
     * would ever tell of them. */
    if (sequence == 0)
        return is_sealed(part, id) ? GOOD_PART_GOOD : GOOD_PART_CLAIMED;
    return sequence < part->open_below ? GOOD_PART_OPEN : GOOD_PART_CLAIMED;
}

void
good_part_release(struct good_part *part)
{
    mem_free(part->records);
    mem_free(part->subjects);
    memset(part, 0, sizeof(*part));
}
