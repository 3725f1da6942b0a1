/*
 * The home of one person's p2pub: where its files are.
 *
 *     keys/NAME.key  keys/NAME.pub  sealed/ID.key  follows  relays
 *     relays.learned  store.db  refused  relay.key  told
 *
 * and beside them, for the processes at work, `lock` and `unfinished`.
 *
 * --home, else P2PUB_HOME, else a service's STATE_DIRECTORY, else
 * XDG_DATA_HOME/p2pub, else ~/.local/share/p2pub.
 *
 * Functions that return int give 0, or the exit code of an error that they
 * have said.
 */
#ifndef P2PUB_CLI_HOME_H
#define P2PUB_CLI_HOME_H

#include <stdbool.h>

#include "bundles/store.h"
#include "bundles/trust.h"
#include "cli/cli.h"
#include "core/bytes.h"

struct lock;

/* Find the home's path: cli->home. */
int home_find(struct cli *cli);

/* The path of a file in the home; free with mem_free.  NULL without memory. */
char *home_path(const struct cli *cli, const char *name);

/* Make the home's folder if it is not there. */
int home_make(struct cli *cli);

enum home_access {
    HOME_READ, /* as it is; CLI_NOT_FOUND where there is none */
    HOME_WRITE /* made if it is not there */
};

/* Open the store; free *out with store_free. */
int home_open_store(struct cli *cli, enum home_access access,
                    struct store **out);

/* True if the home has a store. */
bool home_has_store(const struct cli *cli);

/* Read the file name of the home into out, which stays empty when there is no
 * such file. */
int home_read(struct cli *cli, const char *name, struct byte_buf *out);

/*
 * The home's lock, which is waited for: held by whoever reads a file of the
 * home, changes it and writes it back, so that two of them do not undo one
 * another.  Not while a person is asked something.  *out is NULL on failure.
 */
int home_lock(struct cli *cli, struct lock **out);

/* Let go, and leave no trace.  NULL is allowed. */
void home_unlock(struct lock *lock);

/* Replace the file name of the home. */
int home_write(struct cli *cli, const char *name, struct byte_view octets,
               unsigned mode);

/* Whom the home follows, own keys included; free *out with trust_free.  Works
 * where there is no home: nobody is followed then. */
int home_open_trust(struct cli *cli, struct trust **out);

/* The same once more, without the warnings about lines that are not
 * understood. */
int home_reopen_trust(struct cli *cli, struct trust **out);

/* Let trust have the names that its introducers give in store. */
int home_load_vouches(struct cli *cli, struct trust *trust,
                      struct store *store);

/* Write it back: the file that home_open_trust read.  Whoever changes it holds
 * the home's lock from reading to writing. */
int home_save_trust(struct cli *cli, const struct trust *trust);

#endif
