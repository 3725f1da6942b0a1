#include "bundles/parcel_intake.h"

#include "core/limits.h"
#include "core/mem.h"

struct waiting {
    struct parcel *parcel;
    enum store_class keeping;
    enum status status;
    struct parcel_import result;
};

struct parcel_intake {
    struct store *store;
    struct day today;
    parcel_taken *taken;
    void *context;
    uint64_t octets; /* of the files of those that wait */
    size_t count;
    struct waiting waiting[COMMIT_RECORDS_MAX];
};

enum status
parcel_intake_new(struct parcel_intake **out, struct store *store,
                  struct day today, parcel_taken *taken, void *context)
{
    *out = mem_zalloc(1, sizeof(**out));
    if (*out == NULL)
        return STATUS_NO_MEMORY;
    (*out)->store = store;
    (*out)->today = today;
    (*out)->taken = taken;
    (*out)->context = context;
    return STATUS_OK;
}

static void
clear(struct parcel_intake *intake)
{
    for (size_t i = 0; i < intake->count; i++)
        parcel_free(intake->waiting[i].parcel);
    intake->count = 0;
    intake->octets = 0;
}

void
parcel_intake_free(struct parcel_intake *intake)
{
    if (intake == NULL)
        return;
    clear(intake);
    mem_free(intake);
}

/* All that wait in one transaction.  False if one of them failed: then none is
 * there.  Where it was the transaction itself or memory, all have its status. */
static bool
put_together(struct parcel_intake *intake)
{
    enum status status = store_begin(intake->store);
    bool one_failed = false;

    for (size_t i = 0; status == STATUS_OK && i < intake->count; i++) {
        struct waiting *waiting = &intake->waiting[i];

        status = parcel_put(&waiting->result, intake->store, waiting->parcel,
                            waiting->keeping, intake->today);
        one_failed = status != STATUS_OK && status != STATUS_NO_MEMORY;
    }
    if (status == STATUS_OK)
        status = store_commit(intake->store);
    if (status != STATUS_OK)
        store_rollback(intake->store);
    for (size_t i = 0; i < intake->count; i++)
        intake->waiting[i].status = status;
    return !one_failed;
}

/* Each in a transaction of its own: one that fails is alone in that. */
static void
put_one_by_one(struct parcel_intake *intake)
{
    enum status last = STATUS_OK;

    for (size_t i = 0; i < intake->count; i++) {
        struct waiting *waiting = &intake->waiting[i];

        /* Nobody waits for a busy store sixty times over. */
        if (last != STATUS_LOCKED)
            last =
                parcel_import(&waiting->result, intake->store, waiting->parcel,
                              waiting->keeping, intake->today);
        waiting->status = last;
    }
}

enum status
parcel_intake_finish(struct parcel_intake *intake)
{
    enum status status = STATUS_OK;

    if (intake->count == 0)
        return STATUS_OK;
    if (intake->count == 1 || !put_together(intake))
        put_one_by_one(intake);
    for (size_t i = 0; i < intake->count; i++) {
        const struct waiting *waiting = &intake->waiting[i];
        enum status told =
            intake->taken(intake->context, waiting->parcel, waiting->keeping,
                          waiting->status, &waiting->result);

        if (status == STATUS_OK)
            status = told;
    }
    clear(intake);
    return status;
}

enum status
parcel_intake_add(struct parcel_intake *intake, struct parcel *parcel,
                  enum store_class keeping)
{
    const uint64_t octets = parcel_octets(parcel);
    enum status status = STATUS_OK;

    /* A large one goes alone. */
    if (intake->octets + octets > COMMIT_OCTETS_MAX)
        status = parcel_intake_finish(intake);
    if (status != STATUS_OK) {
        parcel_free(parcel);
        return status;
    }
    intake->waiting[intake->count].parcel = parcel;
    intake->waiting[intake->count].keeping = keeping;
    intake->count++;
    intake->octets += octets;
    return intake->count == COMMIT_RECORDS_MAX ||
                   intake->octets >= COMMIT_OCTETS_MAX
               ? parcel_intake_finish(intake)
               : STATUS_OK;
}
