#include "core/keyfile.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <sodium.h>

#include "core/entropy.h"
#include "core/hash.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/reader.h"
#include "core/text.h"
#include "core/writer.h"

#define UNTRUSTED "untrusted comment: "

#define PUBLIC_LINE1 UNTRUSTED "minisign public key "
#define SECRET_LINE1 UNTRUSTED "minisign encrypted secret key\n"

/* Where things lie in the octets of a secret key file.  The box, from the id
 * to the checksum, is encrypted by XOR. */
enum {
    AT_SALT = 6, /* behind "Ed", "Sc" and "B2" */
    AT_OPERATIONS = 38,
    AT_MEMORY = 46,
    AT_BOX = 54,
    AT_ID = AT_BOX,
    AT_SEED = 62,
    AT_AUTHOR = 94,
    AT_CHECKSUM = 126,
    SECRET_OCTETS = 158
};

#define SALT_OCTETS     ((size_t)AT_OPERATIONS - AT_SALT)
#define BOX_OCTETS      ((size_t)SECRET_OCTETS - AT_BOX)
#define CHECKED_OCTETS  ((size_t)AT_CHECKSUM - AT_BOX)
#define CHECKSUM_OCTETS ((size_t)SECRET_OCTETS - AT_CHECKSUM)
#define SECRET_SIZE     ((size_t)213) /* in base64, with a terminating zero */

/* libsodium takes smaller limits for these. */
#define OPERATIONS_MIN crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_MIN
#define MEMORY_MIN     crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_MIN

static_assert(SALT_OCTETS == crypto_pwhash_scryptsalsa208sha256_SALTBYTES,
              "a salt is libsodium's salt");

/* A secret key file, and room to work on it.  Holds secrets. */
struct keyfile {
    uint8_t octets[SECRET_OCTETS];
    uint8_t stream[BOX_OCTETS]; /* what the box is XORed with */
    char base64[SECRET_SIZE];
};

/*
 * The second line of a text of two; the first one is a comment that may say
 * anything.  The last line end may be missing, as after copying by hand.
 */
static enum status
second_line(struct byte_view *out, struct byte_view text)
{
    struct reader reader;
    struct byte_view comment, line;

    *out = byte_view_of(NULL, 0);
    if (text.size > KEYFILE_TEXT_MAX)
        return STATUS_MALFORMED;
    reader_init(&reader, text);
    comment = reader_line(&reader);
    line = reader_rest(&reader);
    if (reader.failed || !byte_view_starts_with(comment, UNTRUSTED))
        return STATUS_MALFORMED;
    if (line.size > 0 && line.data[line.size - 1] == '\n')
        line.size--;
    *out = line;
    return STATUS_OK;
}

enum status
keyfile_write_public(struct byte_buf *out, const struct key_public *key)
{
    char string[KEY_STRING_SIZE];
    char number[16 + 1];
    struct writer writer;
    enum status status;

    status = byte_buf_reserve(out, strlen(PUBLIC_LINE1) + sizeof(number) +
                                       sizeof(string));
    if (status != STATUS_OK)
        return status;

    /* minisign shows an id as a little-endian number. */
    for (size_t i = 0; i < 16; i++) {
        uint8_t octet = key->id.octets[7 - i / 2];

        number[i] = "0123456789ABCDEF"[i % 2 == 0 ? octet >> 4 : octet & 15];
    }
    number[16] = '\0';
    key_public_format(key, string);
    writer_init(&writer, out);
    writer_text(&writer, PUBLIC_LINE1);
    writer_text(&writer, number);
    writer_text(&writer, "\n");
    writer_text(&writer, string);
    writer_text(&writer, "\n");
    return writer_status(&writer);
}

/*
 * Somebody gave this key by hand, so time is no matter: what could never
 * have signed anything (small order, not on the curve, not canonical) and
 * what no honest program makes (outside the group of prime order, where two
 * versions of libsodium may disagree about a signature) is refused here.
 */
enum status
keyfile_read_public(struct key_public *out, struct byte_view text)
{
    struct key_public key;
    struct byte_view line = text;
    enum status status;

    memset(out, 0, sizeof(*out));
    if (line.size == KEY_STRING_SIZE && line.data[line.size - 1] == '\n')
        line.size--;
    status = key_public_parse(&key, line);
    if (status != STATUS_OK) {
        status = second_line(&line, text);
        if (status == STATUS_OK)
            status = key_public_parse(&key, line);
    }
    if (status != STATUS_OK)
        return status;
    if (crypto_core_ed25519_is_valid_point(key.author.octets) != 1)
        return STATUS_MALFORMED;
    *out = key;
    return STATUS_OK;
}

/* The checksum that belongs to file's open box. */
static void
compute_checksum(uint8_t out[CHECKSUM_OCTETS], const struct keyfile *file)
{
    struct hash_stream stream;

    hash_stream_init(&stream);
    hash_stream_update(&stream, byte_view_of_text("Ed"));
    hash_stream_update(&stream,
                       byte_view_of(file->octets + AT_BOX, CHECKED_OCTETS));
    hash_stream_final(&stream, out);
    mem_wipe(&stream, sizeof(stream));
}

static uint64_t
get_limit(const struct keyfile *file, size_t at)
{
    struct reader reader;

    reader_init(&reader, byte_view_of(file->octets + at, 8));
    return reader_u64(&reader);
}

static void
put_limit(struct keyfile *file, size_t at, uint64_t limit)
{
    for (size_t i = 0; i < 8; i++)
        file->octets[at + i] = (uint8_t)(limit >> (8 * i));
}

static bool
is_encrypted(const struct keyfile *file)
{
    return file->octets[2] != 0;
}

/* XOR file's box with scrypt of passphrase. */
static enum status
crypt_box(struct keyfile *file, struct byte_view passphrase)
{
    uint64_t operations = get_limit(file, AT_OPERATIONS);
    uint64_t memory = get_limit(file, AT_MEMORY);

    if (operations < OPERATIONS_MIN || operations > KEYFILE_OPERATIONS_MAX ||
        memory < MEMORY_MIN || memory > KEYFILE_MEMORY_MAX)
        return STATUS_TOO_LARGE;
    if (crypto_pwhash_scryptsalsa208sha256(
            file->stream, sizeof(file->stream), (const char *)passphrase.data,
            passphrase.size, file->octets + AT_SALT, operations,
            (size_t)memory) != 0)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < BOX_OCTETS; i++)
        file->octets[AT_BOX + i] ^= file->stream[i];
    return STATUS_OK;
}

enum status
keyfile_write_secret(struct byte_buf *out, const struct key_secret *secret,
                     struct byte_view passphrase, struct entropy *entropy)
{
    const struct key_public *key = &secret->public_key;
    struct keyfile *file = NULL;
    struct writer writer;
    enum status status;

    /* First, so that no copy of a secret is left behind by growing. */
    status = byte_buf_reserve(out, strlen(SECRET_LINE1) + SECRET_SIZE);
    if (status != STATUS_OK)
        goto done;
    file = mem_secret_alloc(sizeof(*file));
    if (file == NULL) {
        status = STATUS_NO_MEMORY;
        goto done;
    }

    memcpy(file->octets, "Ed\0\0B2", 6);
    memcpy(file->octets + AT_ID, key->id.octets, sizeof(key->id.octets));
    memcpy(file->octets + AT_SEED, secret->seed, sizeof(secret->seed));
    memcpy(file->octets + AT_AUTHOR, key->author.octets,
           sizeof(key->author.octets));
    compute_checksum(file->octets + AT_CHECKSUM, file);
    if (passphrase.data != NULL) {
        memcpy(file->octets + 2, "Sc", 2);
        entropy_fill(entropy, file->octets + AT_SALT, SALT_OCTETS);
        put_limit(file, AT_OPERATIONS, KEYFILE_OPERATIONS_NEW);
        put_limit(file, AT_MEMORY, KEYFILE_MEMORY_NEW);
        status = crypt_box(file, passphrase);
        if (status != STATUS_OK)
            goto done;
    }

    text_base64(file->base64, file->octets, SECRET_OCTETS);
    writer_init(&writer, out);
    writer_text(&writer, SECRET_LINE1);
    writer_text(&writer, file->base64);
    writer_text(&writer, "\n");
    status = writer_status(&writer);

done:
    mem_secret_free(file);
    return status;
}

/* Fill file's octets from text; the box stays as it is. */
static enum status
parse_secret(struct keyfile *file, struct byte_view text)
{
    struct byte_view line;
    enum status status;

    status = second_line(&line, text);
    if (status != STATUS_OK)
        return status;
    status = text_base64_parse(file->octets, SECRET_OCTETS, line);
    if (status != STATUS_OK)
        return status;
    if (memcmp(file->octets, "EdScB2", 6) != 0 &&
        memcmp(file->octets, "Ed\0\0B2", 6) != 0)
        return STATUS_MALFORMED;
    return STATUS_OK;
}

enum status
keyfile_is_encrypted(bool *encrypted, struct byte_view text)
{
    struct keyfile file;
    enum status status;

    *encrypted = false;
    status = parse_secret(&file, text);
    if (status == STATUS_OK)
        *encrypted = is_encrypted(&file);
    mem_wipe(&file, sizeof(file));
    return status;
}

/* Decrypt file's box if it is encrypted, and check it. */
static enum status
open_box(struct keyfile *file, struct byte_view passphrase)
{
    static const uint8_t absent[CHECKSUM_OCTETS];
    uint8_t checksum[CHECKSUM_OCTETS];
    enum status status;
    bool fits;

    if (is_encrypted(file)) {
        if (passphrase.data == NULL)
            return STATUS_WRONG_PASSPHRASE;
        status = crypt_box(file, passphrase);
        if (status != STATUS_OK)
            return status;
    }
    compute_checksum(checksum, file);
    fits =
        mem_equal_secret(checksum, file->octets + AT_CHECKSUM, CHECKSUM_OCTETS);
    mem_wipe(checksum, sizeof(checksum));
    if (fits)
        return STATUS_OK;
    if (is_encrypted(file))
        return STATUS_WRONG_PASSPHRASE;
    /* Stock minisign leaves the checksum out when it does not encrypt. */
    if (memcmp(file->octets + AT_CHECKSUM, absent, CHECKSUM_OCTETS) == 0)
        return STATUS_OK;
    return STATUS_MALFORMED;
}

enum status
keyfile_read_secret(struct key_secret **out, struct byte_view text,
                    struct byte_view passphrase)
{
    struct keyfile *file = NULL;
    struct key_secret *secret = NULL;
    struct key_id id;
    enum status status;

    *out = NULL;
    file = mem_secret_alloc(sizeof(*file));
    if (file == NULL) {
        status = STATUS_NO_MEMORY;
        goto done;
    }
    status = parse_secret(file, text);
    if (status != STATUS_OK)
        goto done;
    status = open_box(file, passphrase);
    if (status != STATUS_OK)
        goto done;

    memcpy(id.octets, file->octets + AT_ID, sizeof(id.octets));
    status = key_secret_of_seed(&secret, file->octets + AT_SEED, id);
    if (status != STATUS_OK)
        goto done;
    if (memcmp(secret->public_key.author.octets, file->octets + AT_AUTHOR,
               sizeof(secret->public_key.author.octets)) != 0) {
        status = STATUS_MALFORMED;
        goto done;
    }
    *out = secret;
    secret = NULL;

done:
    key_secret_free(secret);
    mem_secret_free(file);
    return status;
}
