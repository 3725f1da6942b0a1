/*
 * What one run of publish is to do, and what it did.
 *
 * cli/cmd_publish.c reads the command line into it, cli/publication.c gathers
 * what it names, cli/publication_begin.c brings it into the store, and one of
 * publish's four ways does so: sign and pass on (cli/cmd_publish.c), seal
 * (cli/publish_sealed.c), or prepare for another machine and take back what
 * was signed there (cli/publish_apart.c).
 */
#ifndef P2PUB_CLI_PUBLICATION_H
#define P2PUB_CLI_PUBLICATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/key_line.h"
#include "bundles/publish.h"
#include "bundles/statement.h"
#include "cli/cli.h"
#include "cli/keyring.h"
#include "cli/progress.h"
#include "cli/prompt.h"
#include "cli/publish_input.h"
#include "core/limits.h"

/* The command line; the texts are argv's. */
struct publication_options {
    int file_count;
    char **files;
    const char *title;
    const char *language;
    size_t translation_count;
    const char *translations[RECORD_FILES_MAX]; /* L=FILE */
    size_t attachment_count;
    const char *attachments[RECORD_FILES_MAX];
    size_t signatory_count;
    const char *signatories[RECORD_LINES_MAX]; /* KEY[=NAME] */
    const char *replaces;
    const char *translates;
    const char *key_name;
    const char *date;
    uint32_t sequence; /* 0 for the next */
    const char *prepare;
    const char *signed_folder;
    const char *opens; /* the day that --sealed announces, or NULL */
    bool sealed;
    bool heads;
    bool keep_names;
    bool keep_metadata;
    bool offline;
    bool dry_run;
    bool yes;
    struct prompt_source source;
};

/* One statement in the making: what publish_begin wants. */
struct publication {
    size_t text_count;
    struct publish_input *inputs;
    struct publish_text *texts; /* views of inputs */
    char title[MANUSCRIPT_TITLE_SIZE];
    char (*titles)[MANUSCRIPT_TITLE_SIZE]; /* of texts, as far as they count */
    struct statement_signatory *signatories;
    struct publish_request request;
    struct progress progress; /* of the attachments */
    uint64_t octets;          /* of them that were looked at, or stored */
    uint64_t size;            /* of all files */
};

/* What became of it. */
struct publication_result {
    struct record_id id;
    bool was_known; /* published before: id is that record */
    uint64_t plain_size;
    uint64_t stored_size;
    uint32_t delivered;
    char key_line[KEY_LINE_TEXT_SIZE]; /* of what was sealed, else empty */
};

/*
 * Read the text at path and whatever else options name for it into *out, and
 * look at the attachments.  Neither home nor key is needed yet.  Free *out
 * with publication_free; it is NULL on failure, which was said.
 */
int publication_gather(struct cli *cli,
                       const struct publication_options *options,
                       const char *path, struct publication **out);

/* Let the statement have the titles that its texts but the first give
 * themselves, as far as they are others and may stand there; of the first
 * STATEMENT_TITLES_MAX (cli/publication_titles.c). */
void publication_set_titles(struct publication *publication);

/* Set who signs, and find the records that options name in store. */
int publication_bind(struct cli *cli, struct publication *publication,
                     const struct publication_options *options,
                     const struct key_public *key, struct store *store);

/* True if it takes more than one transaction (bundles/stash.h). */
bool publication_is_large(const struct publication *publication);
void publication_free(struct publication *publication);

/* Show how far the attachments are: so many octets more.  context is the
 * publication. */
void publication_on_octets(void *context, size_t octets);

/* Say what a photograph betrays, and what to try. */
int publication_fail_metadata(struct cli *cli,
                              const struct publish_fault *fault);

/*
 * publish_begin, and words for what it refuses.  A forked history is asked
 * about where a person can answer.
 */
int publication_begin(struct cli *cli, struct store *store,
                      struct publication *publication, struct publish **out);

/* Say what will be signed: title, who, languages, files. */
void publication_show(struct cli *cli, const struct publication *publication,
                      const struct keyring_entry *entry, const char *words);

/* Put the result into object, and print it. */
void publication_report(struct cli *cli,
                        const struct publication_options *options,
                        json_t *object, const struct key_public *key,
                        const char *title,
                        const struct publication_result *result);

/* publish --prepare DIR and publish --signed DIR (cli/publish_apart.c). */
int publication_prepare(struct cli *cli,
                        const struct publication_options *options);
int publication_take_signed(struct cli *cli,
                            const struct publication_options *options);

/* Hand what was stored to others, unless options say offline, and report.
 * The store is closed.  titles[i] and keys[i] belong to results[i]. */
int publication_pass_on(struct cli *cli,
                        const struct publication_options *options,
                        struct publication_result *results, size_t count);

#endif
