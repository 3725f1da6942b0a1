/*
 * What goes into the JSON document of --json: ids in full, days as YYYY-MM-DD,
 * titles and texts as they were signed.
 */
#ifndef P2PUB_CLI_DOCUMENT_H
#define P2PUB_CLI_DOCUMENT_H

#include <stdint.h>

#include <jansson.h>

#include "bundles/record.h"
#include "bundles/statement.h"
#include "bundles/verdict.h"
#include "core/bytes.h"
#include "core/key.h"
#include "core/time.h"

/* text is well-formed UTF-8. */
json_t *document_text(struct byte_view text);
json_t *document_id(const struct record_id *id);
json_t *document_key(const struct key_public *key);
json_t *document_day(struct day day);
json_t *document_number(uint64_t number);
/* The titles in other languages: an object, each by its tag. */
json_t *document_titles(const struct statement *statement);

/* `verified`, `unknown`, `newer` or `faulty`. */
const char *document_standing(enum verdict_standing standing);

/* `own`, `followed`, `vouched` or `unknown`. */
const char *document_trust(enum trust_class trust);

/* Whose word a name is (cli/document_vouches.c): a list of key, name, as, id
 * and revoked. */
json_t *document_vouches(const struct verdict_vouches *vouches);

/* The name of another key that it may be taken for, or null. */
json_t *document_alike(const struct verdict_vouches *vouches);

/* What scripts find of one statement everywhere: id, title, titles, date, key, name,
 * verdict, complete.  statement is NULL for what is not one, or is newer. */
void document_add_summary(json_t *object, const struct record *record,
                          const struct statement *statement,
                          const struct verdict_signer *signer,
                          enum verdict_standing standing,
                          enum store_state state);

/* `withdrawn`: date, reason and id, or null. */
void document_add_withdrawn(json_t *object, const struct withdrawal *withdrawn);

/* `lineage`: the chain of keys behind the record, or null; `identity_version`:
 * what the record itself is in one, or null (cli/document_lineage.c). */
void document_add_lineage(json_t *object,
                          const struct verdict_lineage *lineage);

/* Everything that a verdict says beyond that. */
void document_add_verdict(json_t *object, const struct record *record,
                          const struct statement *statement,
                          const struct verdict *verdict);

#endif
