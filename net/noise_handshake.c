#include "net/noise_handshake.h"

#include <assert.h>
#include <string.h>

#include "core/aead.h"
#include "core/entropy.h"
#include "core/mem.h"
#include "core/reader.h"

enum token {
    END,
    E,
    S,
    EE,
    ES,
    SE,
    SS,
    PSK
};

struct pattern {
    const char *name;
    bool initiator_known; /* -> s before the first message */
    bool responder_known; /* <- s */
    uint8_t messages[NOISE_HANDSHAKE_MESSAGES][5];
};

/* Sections 7.4 and 7.5; the initiator writes the first message. */
static const struct pattern patterns[] = {
    {"N", false, true, {{E, ES}}},
    {"K", true, true, {{E, ES, SS}}},
    {"X", false, true, {{E, ES, S, SS}}},
    {"NN", false, false, {{E}, {E, EE}}},
    {"NK", false, true, {{E, ES}, {E, EE}}},
    {"NX", false, false, {{E}, {E, EE, S, ES}}},
    {"KN", true, false, {{E}, {E, EE, SE}}},
    {"KK", true, true, {{E, ES, SS}, {E, EE, SE}}},
    {"KX", true, false, {{E}, {E, EE, SE, S, ES}}},
    {"XN", false, false, {{E}, {E, EE}, {S, SE}}},
    {"XK", false, true, {{E, ES}, {E, EE}, {S, SE}}},
    {"XX", false, false, {{E}, {E, EE, S, ES}, {S, SE}}},
    {"IN", false, false, {{E, S}, {E, EE, SE}}},
    {"IK", false, true, {{E, ES, S, SS}, {E, EE, SE}}},
    {"IX", false, false, {{E, S}, {E, EE, SE, S, ES}}},
};

static const char prefix[] = "Noise_";
static const char suffix[] = "_25519_ChaChaPoly_BLAKE2b";

/* The pattern at the beginning of *name, which loses it; or NULL. */
static const struct pattern *
take_pattern(struct byte_view *name)
{
    size_t size = 0;
    size_t i;

    while (size < name->size && name->data[size] >= 'A' &&
           name->data[size] <= 'Z')
        size++;
    for (i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        if (byte_view_equal_text(byte_view_slice(*name, 0, size),
                                 patterns[i].name)) {
            *name = byte_view_slice(*name, size, name->size);
            return &patterns[i];
        }
    }
    return NULL;
}

/* Section 9.4: psk0 begins the first message, pskN ends the Nth. */
static enum status
add_psk(struct noise_handshake *handshake, size_t place)
{
    uint8_t *tokens;
    size_t used = 0;

    if (place > handshake->message_count)
        return STATUS_MALFORMED;
    tokens = handshake->tokens[place == 0 ? 0 : place - 1];
    while (tokens[used] != END)
        used++;
    if (used + 1 == NOISE_HANDSHAKE_TOKENS)
        return STATUS_MALFORMED;
    if (place == 0) {
        memmove(tokens + 1, tokens, used);
        tokens[0] = PSK;
    } else {
        tokens[used] = PSK;
    }
    handshake->psk_count++;
    return STATUS_OK;
}

/* Modifiers: "", "psk0", "psk0+psk2" in rising order. */
static enum status
add_modifiers(struct noise_handshake *handshake, struct byte_view modifiers)
{
    const struct byte_view psk = byte_view_of_text("psk");
    int previous = -1;
    enum status status = STATUS_OK;

    while (modifiers.size > 0 && status == STATUS_OK) {
        if (previous >= 0) {
            if (modifiers.data[0] != '+')
                return STATUS_MALFORMED;
            modifiers = byte_view_slice(modifiers, 1, modifiers.size);
        }
        if (modifiers.size < 4 ||
            !byte_view_equal(byte_view_slice(modifiers, 0, 3), psk) ||
            modifiers.data[3] < '0' || modifiers.data[3] > '9' ||
            modifiers.data[3] - '0' <= previous)
            return STATUS_MALFORMED;
        previous = modifiers.data[3] - '0';
        status = add_psk(handshake, (size_t)previous);
        modifiers = byte_view_slice(modifiers, 4, modifiers.size);
    }
    return status;
}

/* Does a message that this side writes, or reads, send a static key? */
static bool
sends_static(const struct noise_handshake *handshake, bool by_initiator)
{
    size_t i;

    for (i = by_initiator ? 0 : 1; i < handshake->message_count; i += 2) {
        if (memchr(handshake->tokens[i], S, NOISE_HANDSHAKE_TOKENS) != NULL)
            return true;
    }
    return false;
}

/* Copy the keys that the pattern asks for. */
static enum status
take_keys(struct noise_handshake *handshake, const struct pattern *pattern,
          const struct noise_handshake_config *config)
{
    const bool local_known =
        config->initiator ? pattern->initiator_known : pattern->responder_known;
    const bool remote_known =
        config->initiator ? pattern->responder_known : pattern->initiator_known;

    if (local_known || sends_static(handshake, config->initiator)) {
        if (config->local_static == NULL)
            return STATUS_MALFORMED;
        handshake->local_static = *config->local_static;
        dh_public_of(&handshake->local_static_public, config->local_static);
    }
    if (remote_known) {
        if (config->remote_static == NULL)
            return STATUS_MALFORMED;
        handshake->remote_static = *config->remote_static;
    }
    if (config->ephemeral != NULL) {
        handshake->local_ephemeral = *config->ephemeral;
        handshake->has_ephemeral = true;
    }
    if (config->psk_count != handshake->psk_count)
        return STATUS_MALFORMED;
    if (config->psk_count > 0)
        memcpy(handshake->psks, config->psks, config->psk_count * 32);
    return STATUS_OK;
}

static struct byte_view
view_of_key(const struct dh_public *key)
{
    return byte_view_of(key->octets, sizeof(key->octets));
}

/* The keys that both sides knew before, the initiator's first. */
static void
mix_known_keys(struct noise_handshake *handshake, const struct pattern *pattern)
{
    const struct dh_public *local = &handshake->local_static_public;
    const struct dh_public *remote = &handshake->remote_static;

    if (pattern->initiator_known)
        noise_symmetric_mix_hash(
            &handshake->symmetric,
            view_of_key(handshake->initiator ? local : remote));
    if (pattern->responder_known)
        noise_symmetric_mix_hash(
            &handshake->symmetric,
            view_of_key(handshake->initiator ? remote : local));
}

enum status
noise_handshake_init(struct noise_handshake *handshake,
                     const struct noise_handshake_config *config)
{
    const struct byte_view name = byte_view_of_text(config->protocol_name);
    const size_t around = sizeof(prefix) - 1 + sizeof(suffix) - 1;
    const struct pattern *pattern;
    struct byte_view rest;
    enum status status;
    size_t i;

    memset(handshake, 0, sizeof(*handshake));
    handshake->initiator = config->initiator;
    if (name.size < around || !byte_view_starts_with(name, prefix) ||
        !byte_view_equal_text(
            byte_view_slice(name, name.size - (sizeof(suffix) - 1), name.size),
            suffix))
        return STATUS_MALFORMED;
    rest = byte_view_slice(name, sizeof(prefix) - 1, name.size - around);
    pattern = take_pattern(&rest);
    if (pattern == NULL)
        return STATUS_MALFORMED;

    for (i = 0; i < NOISE_HANDSHAKE_MESSAGES; i++) {
        memcpy(handshake->tokens[i], pattern->messages[i],
               sizeof(pattern->messages[i]));
        if (pattern->messages[i][0] != END)
            handshake->message_count = i + 1;
    }
    status = add_modifiers(handshake, rest);
    if (status == STATUS_OK)
        status = take_keys(handshake, pattern, config);
    if (status != STATUS_OK) {
        noise_handshake_release(handshake);
        return status;
    }
    noise_symmetric_init(&handshake->symmetric, name);
    noise_symmetric_mix_hash(&handshake->symmetric, config->prologue);
    mix_known_keys(handshake, pattern);
    return STATUS_OK;
}

void
noise_handshake_release(struct noise_handshake *handshake)
{
    mem_wipe(handshake, sizeof(*handshake));
}

/* Mix the Diffie-Hellman result of one secret and one public key. */
static enum status
mix_shared(struct noise_handshake *handshake, const struct dh_secret *secret,
           const struct dh_public *public_key)
{
    uint8_t shared[32];
    enum status status;

    status = dh_shared(shared, secret, public_key);
    if (status == STATUS_OK)
        noise_symmetric_mix_key(&handshake->symmetric,
                                byte_view_of(shared, sizeof(shared)));
    mem_wipe(shared, sizeof(shared));
    return status;
}

/* The tokens that mean the same to the writer and the reader. */
static enum status
mix_token(struct noise_handshake *handshake, enum token token)
{
    const struct dh_secret *local = &handshake->local_ephemeral;
    const struct dh_public *remote = &handshake->remote_ephemeral;

    if (token == PSK) {
        noise_symmetric_mix_key_and_hash(
            &handshake->symmetric,
            byte_view_of(handshake->psks[handshake->psk_next++], 32));
        return STATUS_OK;
    }
    /* The first letter is the initiator's key, the second the responder's. */
    if (token == SS || token == (handshake->initiator ? SE : ES))
        local = &handshake->local_static;
    if (token == SS || token == (handshake->initiator ? ES : SE))
        remote = &handshake->remote_static;
    return mix_shared(handshake, local, remote);
}

/* Hash an ephemeral key; where there is a psk it is mixed too (9.2). */
static void
mix_ephemeral(struct noise_handshake *handshake, const struct dh_public *key)
{
    noise_symmetric_mix_hash(&handshake->symmetric, view_of_key(key));
    if (handshake->psk_count > 0)
        noise_symmetric_mix_key(&handshake->symmetric, view_of_key(key));
}

/* Seal plain behind what out holds; there is room. */
static void
append_sealed(struct noise_handshake *handshake, struct byte_buf *out,
              struct byte_view plain)
{
    noise_symmetric_seal(&handshake->symmetric, out->data + out->size, plain);
    out->size +=
        noise_cipher_sealed_size(&handshake->symmetric.cipher, plain.size);
}

static enum status
write_token(struct noise_handshake *handshake, struct byte_buf *out,
            enum token token, struct entropy *entropy)
{
    struct dh_public ephemeral;

    if (token == S) {
        append_sealed(handshake, out,
                      view_of_key(&handshake->local_static_public));
        return STATUS_OK;
    }
    if (token != E)
        return mix_token(handshake, token);
    if (handshake->has_ephemeral)
        dh_public_of(&ephemeral, &handshake->local_ephemeral);
    else
        dh_new(&handshake->local_ephemeral, &ephemeral, entropy);
    memcpy(out->data + out->size, ephemeral.octets, sizeof(ephemeral.octets));
    out->size += sizeof(ephemeral.octets);
    mix_ephemeral(handshake, &ephemeral);
    return STATUS_OK;
}

enum status
noise_handshake_write(struct noise_handshake *handshake, struct byte_buf *out,
                      struct byte_view payload, struct entropy *entropy)
{
    /* e, s with its tag, and the payload's tag. */
    const size_t overhead = 32 + 32 + AEAD_TAG_SIZE + AEAD_TAG_SIZE;
    const uint8_t *token;
    enum status status;

    assert(!noise_handshake_is_complete(handshake));
    assert(handshake->initiator == (handshake->message_next % 2 == 0));
    if (payload.size > NOISE_MESSAGE_MAX - overhead)
        return STATUS_TOO_LARGE;
    status = byte_buf_reserve(out, overhead + payload.size);
    token = handshake->tokens[handshake->message_next++];
    for (; status == STATUS_OK && *token != END; token++)
        status = write_token(handshake, out, *token, entropy);
    if (status == STATUS_OK)
        append_sealed(handshake, out, payload);
    return status;
}

static enum status
read_token(struct noise_handshake *handshake, struct reader *reader,
           enum token token)
{
    struct byte_view sealed;

    if (token == S) {
        sealed = reader_bytes(
            reader, noise_cipher_sealed_size(&handshake->symmetric.cipher, 32));
        if (reader->failed)
            return STATUS_MALFORMED;
        return noise_symmetric_open(&handshake->symmetric,
                                    handshake->remote_static.octets, sealed);
    }
    if (token != E)
        return mix_token(handshake, token);
    reader_copy(reader, handshake->remote_ephemeral.octets, 32);
    if (reader->failed)
        return STATUS_MALFORMED;
    mix_ephemeral(handshake, &handshake->remote_ephemeral);
    return STATUS_OK;
}

enum status
noise_handshake_read(struct noise_handshake *handshake, struct byte_buf *out,
                     struct byte_view message)
{
    struct byte_view sealed;
    struct reader reader;
    const uint8_t *token;
    enum status status;
    size_t tag;

    assert(!noise_handshake_is_complete(handshake));
    assert(handshake->initiator == (handshake->message_next % 2 == 1));
    if (message.size > NOISE_MESSAGE_MAX)
        return STATUS_TOO_LARGE;
    status = byte_buf_reserve(out, message.size);
    reader_init(&reader, message);
    token = handshake->tokens[handshake->message_next++];
    for (; status == STATUS_OK && *token != END; token++)
        status = read_token(handshake, &reader, *token);
    if (status != STATUS_OK)
        return status;
    sealed = reader_rest(&reader);
    tag = noise_cipher_sealed_size(&handshake->symmetric.cipher, 0);
    status = noise_symmetric_open(&handshake->symmetric, out->data + out->size,
                                  sealed);
    if (status == STATUS_OK)
        out->size += sealed.size - tag;
    return status;
}

bool
noise_handshake_is_complete(const struct noise_handshake *handshake)
{
    return handshake->message_next == handshake->message_count;
}

void
noise_handshake_split(const struct noise_handshake *handshake,
                      struct noise_cipher *send, struct noise_cipher *receive)
{
    assert(noise_handshake_is_complete(handshake));
    if (handshake->initiator)
        noise_symmetric_split(&handshake->symmetric, send, receive);
    else
        noise_symmetric_split(&handshake->symmetric, receive, send);
}
