/*
 * What read and verify conclude about a subject: its exit code in words, and
 * what scripts find in the document.
 */
#ifndef P2PUB_CLI_CONCLUSION_H
#define P2PUB_CLI_CONCLUSION_H

#include <jansson.h>

#include "cli/cli.h"
#include "cli/subject.h"

/* CLI_DONE for a subject that is verified and whole; else the exit code of an
 * error that was said: 3 before 5 before 4.  attempt is what to try about an
 * unknown key, NULL for following it. */
int conclusion_say(struct cli *cli, const struct subject *subject,
                   const char *attempt);

/*
 * --key: the subject counts as verified if key (a key string, or the path of a
 * public key file) signed it, followed or not.  CLI_NOT_VERIFIED if another
 * key did; CLI_KEY, CLI_NOT_FOUND and others for what is no key.
 */
int conclusion_hold_key(struct cli *cli, struct subject *subject,
                        const char *key);

/* Summary and verdict, as members of object. */
void conclusion_add(json_t *object, const struct subject *subject);

/* The verdict `failed`, which takes the place of every other. */
void conclusion_add_failed(json_t *object);

#endif
