/* Key files, public and secret: what is read can be written and read again.
 * Encrypted ones are not opened: scrypt would take all the time. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/entropy.h"
#include "core/keyfile.h"
#include "core/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

static const struct byte_view no_passphrase = {NULL, 0};

static void
try_public(struct byte_view text)
{
    struct key_public key, again;
    struct byte_buf out;

    if (keyfile_read_public(&key, text) != STATUS_OK)
        return;
    byte_buf_init(&out, KEYFILE_TEXT_MAX);
    if (keyfile_write_public(&out, &key) != STATUS_OK ||
        keyfile_read_public(&again, byte_view_of_buf(&out)) != STATUS_OK ||
        !key_public_equal(&key, &again))
        abort();
    byte_buf_release(&out);
}

static void
try_secret(struct byte_view text)
{
    struct key_secret *secret = NULL;
    struct key_secret *again = NULL;
    struct entropy entropy;
    struct byte_buf out;
    bool encrypted;

    byte_buf_init(&out, KEYFILE_TEXT_MAX);
    if (keyfile_is_encrypted(&encrypted, text) != STATUS_OK)
        goto done;
    if (encrypted) {
        if (keyfile_read_secret(&secret, text, no_passphrase) !=
            STATUS_WRONG_PASSPHRASE)
            abort();
        goto done;
    }
    if (keyfile_read_secret(&secret, text, no_passphrase) != STATUS_OK)
        goto done;
    entropy_init_seed(&entropy, 1);
    if (keyfile_write_secret(&out, secret, no_passphrase, &entropy) !=
            STATUS_OK ||
        keyfile_read_secret(&again, byte_view_of_buf(&out), no_passphrase) !=
            STATUS_OK ||
        memcmp(again, secret, sizeof(*secret)) != 0)
        abort();

done:
    byte_buf_release(&out);
    key_secret_free(again);
    key_secret_free(secret);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    struct byte_view text = byte_view_of(octets, size);

    if (entropy_start() != STATUS_OK)
        abort();
    try_public(text);
    try_secret(text);
    return 0;
}
