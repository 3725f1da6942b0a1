/*
 * The keys of sealed statements: those of one's own, sealed/ID.key of the home,
 * and those that came by another road than a record, in a file or typed.
 *
 * Each is a key line (bundles/key_line.h).  Whoever takes the home away can
 * open what it announces; whoever loses it can never release it.
 */
#ifndef P2PUB_CLI_SEALED_KEYS_H
#define P2PUB_CLI_SEALED_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "bundles/key_line.h"
#include "bundles/record.h"
#include "bundles/sealed_box.h"
#include "cli/cli.h"

/* Keep the key of the record id.  It survives a power cut from when this
 * returned CLI_DONE: a record whose key might be lost must not leave. */
int sealed_keys_keep(struct cli *cli, const struct record_id *id,
                     const uint8_t key[SEALED_KEY_SIZE]);

/* Remove the key of a record that came to nothing. */
void sealed_keys_remove(struct cli *cli, const struct record_id *id);

/* The key that the home has for the record id, if it has one.  What cannot be
 * read is warned of, and there is none then. */
int sealed_keys_find(struct cli *cli, const struct record_id *id,
                     uint8_t key[SEALED_KEY_SIZE], bool *found);

/* The key for the record id from the file at path; for `-` from standard
 * input, or asked for where a person can answer.  Said: CLI_KEY for what is no
 * key line or one of another record, CLI_NOT_FOUND and others. */
int sealed_keys_read(struct cli *cli, const char *path,
                     const struct record_id *id, uint8_t key[SEALED_KEY_SIZE]);

#endif
