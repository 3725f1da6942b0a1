#include "bundles/opening.h"

#include <stddef.h>
#include <string.h>

#include "bundles/bundle.h"
#include "bundles/lineages.h"
#include "bundles/sealed_object.h"
#include "bundles/store_mem.h"
#include "core/limits.h"
#include "core/mem.h"

/* What is inside, and what the store needs for itself. */
#define ASIDE_BUDGET ((uint64_t)SEALED_BOX_MAX * 2)

struct search {
    struct store *store;
    const struct record *sealed;
    struct record *found; /* NULL until there is one */
    struct release release;
};

/* A store_visit over what its author says of the sealed record: for each key of
 * the chain by id. */
static enum status
on_release(void *context, const struct store_row *row)
{
    struct search *search = context;
    struct record *record = NULL;
    struct release release;
    enum status status;

    if (search->found != NULL &&
        memcmp(row->id.octets, record_id(search->found)->octets,
               sizeof(row->id.octets)) > 0)
        return STATUS_OK;
    status = store_get_record(search->store, &row->id, &record);
    if (status == STATUS_OK && release_fits(&release, record, search->sealed)) {
        record_free(search->found);
        search->release = release;
        status = record_open(&search->found, record_wire(record));
    }
    mem_wipe(&release, sizeof(release));
    record_free(record);
    return status;
}

enum status
opening_find_release(struct record **record, struct release *release,
                     struct store *store, const struct trust *trust,
                     const struct record *sealed)
{
    struct search search = {.store = store, .sealed = sealed};
    struct lineages *lineages = NULL;
    enum status status = lineages_new(&lineages, store, trust);

    if (status == STATUS_OK)
        status =
            lineages_walk(lineages, &record_fields(sealed)->key.author,
                          &(struct lineages_query){
                              RECORD_RELEASE, record_id(sealed), RELEASES_MAX},
                          on_release, &search);
    lineages_free(lineages);
    if (status != STATUS_OK) {
        record_free(search.found);
        search.found = NULL;
    }
    *record = search.found;
    *release = search.release;
    return status;
}

/* A store_visit: the first by id, of those that this p2pub understands. */
struct sealing_search {
    struct store *store;
    struct record_id id;
    bool is_found;
};

static enum status
on_sealing(void *context, const struct store_row *row)
{
    struct sealing_search *search = context;
    struct record *record = NULL;
    struct sealed sealed;
    enum status status;

    if (search->is_found)
        return STATUS_OK;
    status = store_get_record(search->store, &row->id, &record);
    if (status == STATUS_OK && sealed_read(&sealed, record) == STATUS_OK) {
        search->is_found = true;
        search->id = row->id;
    }
    record_free(record);
    return status;
}

enum status
opening_find_sealing(struct record_id *out, struct store *store,
                     const struct key_author *author,
                     const struct record_id *inner)
{
    struct sealing_search search = {.store = store};
    struct store_query query = {.by_author = true,
                                .author = *author,
                                .by_kind = true,
                                .kind = RECORD_SEALED,
                                .by_subject = true,
                                .subject = *inner,
                                .limit = SEALINGS_MAX};
    enum status status = store_walk(store, &query, on_sealing, &search);

    *out = search.id;
    return status == STATUS_OK && !search.is_found ? STATUS_NOT_FOUND : status;
}

/* Append what the box of sealed holds to out. */
static enum status
open_box(struct byte_buf *out, struct store *store, const struct record *sealed,
         const uint8_t key[SEALED_KEY_SIZE])
{
    struct byte_buf box;
    struct sealed fields;
    enum status status = sealed_read(&fields, sealed);

    byte_buf_init(&box, SEALED_BOX_MAX);
    if (status == STATUS_OK)
        status = bundle_load_file(store, sealed, 0, &box);
    if (status == STATUS_OK)
        status =
            sealed_box_open(out, key, fields.key_id, byte_view_of_buf(&box));
    byte_buf_release(&box);
    return status;
}

enum status
opening_make(struct record **out, const struct opening_place *place,
             struct store *store, const struct record *sealed,
             const uint8_t key[SEALED_KEY_SIZE])
{
    struct byte_buf octets;
    enum status status;

    *out = NULL;
    byte_buf_init(&octets, SEALED_BOX_MAX);
    status = open_box(&octets, store, sealed, key);
    if (status == STATUS_OK)
        status = sealed_object_open(out, place->store, sealed,
                                    byte_view_of_buf(&octets), place->keeping,
                                    place->today);
    if (octets.size > 0)
        mem_wipe(octets.data, octets.size);
    byte_buf_release(&octets);
    return status;
}

enum status
opening_make_aside(struct record **out, struct opening_place *place,
                   struct entropy *entropy, struct store *store,
                   const struct record *sealed,
                   const uint8_t key[SEALED_KEY_SIZE])
{
    enum status status = store_mem_new(&place->store, ASIDE_BUDGET, entropy);

    *out = NULL;
    if (status == STATUS_OK)
        status = store_begin(place->store);
    if (status == STATUS_OK)
        status = opening_make(out, place, store, sealed, key);
    if (status == STATUS_OK)
        status = store_commit(place->store);
    if (status != STATUS_OK && place->store != NULL) {
        store_rollback(place->store);
        record_free(*out);
        *out = NULL;
    }
    return status;
}
