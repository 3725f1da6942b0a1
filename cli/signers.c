#include "cli/signers.h"

#include "bundles/revocation.h"
#include "core/limits.h"
#include "core/mem.h"

void
signers_init(struct signers *signers, struct store *store,
             const struct trust *trust, struct entropy *entropy)
{
    uint8_t salt[16];

    entropy_fill(entropy, salt, sizeof(salt));
    signers->store = store;
    signers->trust = trust;
    signers->lineages = NULL;
    map_init(&signers->known, sizeof(struct key_author), salt);
}

void
signers_release(struct signers *signers)
{
    struct signers_one *signer;
    size_t position;

    MAP_EACH(signer, &signers->known, position)
        mem_free(signer);
    map_release(&signers->known);
}

/* Remember the last one, if there is room. */
static enum status
remember(struct signers *signers)
{
    struct signers_one *signer;
    enum status status;

    if (signers->known.count == SIGNERS_MAX)
        return STATUS_OK;
    signer = mem_alloc(sizeof(*signer));
    if (signer == NULL)
        return STATUS_NO_MEMORY;
    *signer = signers->last;
    status = map_put(&signers->known, &signer->signer.key.author, signer);
    if (status != STATUS_OK)
        mem_free(signer);
    return status;
}

enum status
signers_get(struct signers *signers, const struct key_public *key,
            const struct signers_one **out)
{
    static const struct record_id none = {{0}};
    struct revocation revocation;
    enum status status;

    *out = map_get(&signers->known, &key->author);
    if (*out != NULL)
        return STATUS_OK;
    *out = &signers->last;
    if (signers->lineages != NULL)
        status = verdict_signer_find(&signers->last.signer, signers->lineages,
                                     signers->trust, key);
    else
        status = verdict_signer(&signers->last.signer, signers->store,
                                signers->trust, key);
    if (status != STATUS_OK)
        return status;
    status = revocation_find(&revocation, signers->store, &key->author, &none);
    signers->last.is_revoked = revocation.record != NULL;
    revocation_release(&revocation);
    return status == STATUS_OK ? remember(signers) : status;
}
