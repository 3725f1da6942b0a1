/*
 * minisign's key files, byte-compatible both ways.
 *
 * Layout: minisign 0.11, `minisign.h` (SeckeyStruct, PubkeyStruct): two lines,
 * an untrusted comment and base64.  A secret key is encrypted with scrypt
 * (KEYFILE_OPERATIONS_NEW, KEYFILE_MEMORY_NEW for new ones) or, with an empty
 * passphrase pointer, not at all.  A file that is not encrypted gets its
 * checksum too, which stock neither writes nor checks there.
 */
#ifndef P2PUB_CORE_KEYFILE_H
#define P2PUB_CORE_KEYFILE_H

#include <stdbool.h>

#include "core/bytes.h"
#include "core/key.h"
#include "core/status.h"

struct entropy;

/* Append the public key file of key, as stock minisign writes it.
 * STATUS_NO_MEMORY, STATUS_TOO_LARGE at out's maximum. */
enum status keyfile_write_public(struct byte_buf *out,
                                 const struct key_public *key) MUST_CHECK;

/* Read a public key file, or a bare key string, with or without the last line
 * end; the words of the comment are ignored.  STATUS_MALFORMED, also for a key
 * that no honest program makes (not a point of the group of prime order). */
enum status keyfile_read_public(struct key_public *out,
                                struct byte_view text) MUST_CHECK;

/*
 * Append the secret key file of secret to out (which holds a secret when no
 * passphrase is given: wipe it).  passphrase.data NULL means unencrypted.
 * STATUS_NO_MEMORY also when scrypt finds too little, STATUS_TOO_LARGE at
 * out's maximum; out then holds what it held before.
 */
enum status keyfile_write_secret(struct byte_buf *out,
                                 const struct key_secret *secret,
                                 struct byte_view passphrase,
                                 struct entropy *entropy) MUST_CHECK;

/* True in *encrypted if a passphrase is needed to open text, else false.
 * STATUS_MALFORMED. */
enum status keyfile_is_encrypted(bool *encrypted,
                                 struct byte_view text) MUST_CHECK;

/*
 * Open a secret key file; free *out with key_secret_free.
 *   STATUS_MALFORMED         not such a file, or seed and public key differ
 *   STATUS_TOO_LARGE         scrypt limits beyond KEYFILE_*_MAX (or below the
 *                            least), refused before memory is spent
 *   STATUS_WRONG_PASSPHRASE  or a damaged file: scrypt cannot tell; also an
 *                            encrypted file and passphrase.data NULL
 *   STATUS_NO_MEMORY         also: this machine has less than scrypt needs
 */
enum status keyfile_read_secret(struct key_secret **out, struct byte_view text,
                                struct byte_view passphrase) MUST_CHECK;

#endif
