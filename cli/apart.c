#include "cli/apart.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "bundles/trust.h"
#include "cli/cli_clock.h"
#include "cli/document.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/likeness.h"
#include "cli/parcel_fault.h"
#include "core/file.h"
#include "core/limits.h"
#include "core/mem.h"

/* With the longest kind. */
#define COMMAND_SIZE (48 + RECORD_WORD_MAX)

static void
format_command(char out[COMMAND_SIZE], const char *kind)
{
    (void)snprintf(out, COMMAND_SIZE, "minisign -Sm header.txt -t 'p2pub1 %s'",
                   kind);
}

int
apart_check_folder(struct cli *cli, const char *folder)
{
    char *header = file_join(folder, PARCEL_HEADER);
    struct stat facts;
    bool is_taken = header != NULL && lstat(header, &facts) == 0;

    mem_free(header);
    if (header == NULL)
        return cli_fail_memory(cli);
    if (is_taken)
        return cli_fail(cli, CLI_FAILED, NULL, _("'%s' holds a header already"),
                        folder);
    return CLI_DONE;
}

void
apart_report_prepared(struct cli *cli, const char *folder, const char *kind,
                      const char *command, const struct record_id *id,
                      uint32_t sequence)
{
    char stock[COMMAND_SIZE];

    format_command(stock, kind);
    (void)json_object_set_new(cli->document, "id", document_id(id));
    (void)json_object_set_new(cli->document, "sequence",
                              document_number(sequence));
    (void)json_object_set_new(cli->document, "command", json_string(stock));
    cli_print(cli, "%s\n", stock);
    cli_say(cli,
            _("Run this in '%s' where the key is, then: p2pub %s --signed "
              "'%s'"),
            folder, command, folder);
}

/* Words for a folder that does not open: what was forgotten where the key is. */
static int
fail_signed(struct cli *cli, enum status status,
            const struct parcel_fault *fault, const char *folder,
            const char *kind)
{
    char stock[COMMAND_SIZE];
    struct stat facts;

    format_command(stock, kind);
    if (status == STATUS_NOT_FOUND)
        return cli_fail(cli, CLI_NOT_FOUND,
                        stat(folder, &facts) == 0 ? stock : NULL,
                        _("'%s' is not there"), fault->path);
    if (status == STATUS_BAD_SIGNATURE &&
        likeness_of(fault->path) == LIKE_HEADER)
        return cli_fail(cli, CLI_NOT_VERIFIED, stock,
                        _("NOT VERIFIED: '%s' was not signed by the key that "
                          "it names with the comment 'p2pub1 %s'"),
                        fault->path, kind);
    return parcel_fault_say(cli, status, fault);
}

/* It is ours, and of this kind. */
static int
check_signed(struct cli *cli, const struct parcel *parcel, const char *kind)
{
    const struct record_fields *fields = record_fields(parcel_record(parcel));
    struct trust *trust = NULL;
    bool is_own;
    int code = home_open_trust(cli, &trust);

    if (code != CLI_DONE)
        return code;
    is_own = trust_class(trust, &fields->key.author) == TRUST_OWN;
    trust_free(trust);
    if (!is_own)
        return cli_fail(cli, CLI_KEY, "p2pub import FOLDER",
                        _("this was signed by a key that is not yours"));
    if (!byte_view_equal_text(fields->kind, kind))
        return cli_fail(cli, CLI_FAILED, "p2pub import FOLDER",
                        _("this is no record of the kind '%s'"), kind);
    return CLI_DONE;
}

int
apart_open_signed(struct cli *cli, const char *folder, const char *kind,
                  struct parcel **out)
{
    struct parcel_fault fault;
    enum status status = parcel_open(out, folder, &fault);
    int code;

    if (status != STATUS_OK)
        return fail_signed(cli, status, &fault, folder, kind);
    code = check_signed(cli, *out, kind);
    if (code != CLI_DONE) {
        parcel_free(*out);
        *out = NULL;
    }
    return code;
}

/* The signed record's number is given out, if it was not here. */
static enum status
note_number(struct store *store, const struct record *record)
{
    const struct record_fields *fields = record_fields(record);
    struct store_sequence sequence;
    enum status status;

    status = store_get_sequence(store, &fields->key.author, &sequence);
    if (status != STATUS_OK || sequence.number >= fields->sequence)
        return status;
    memset(&sequence, 0, sizeof(sequence));
    sequence.number = fields->sequence;
    sequence.previous_count = 1;
    sequence.previous[0] = *record_id(record);
    status = store_begin(store);
    if (status != STATUS_OK)
        return status;
    status = store_set_sequence(store, &fields->key.author, &sequence);
    if (status == STATUS_OK)
        status = store_commit(store);
    if (status != STATUS_OK)
        store_rollback(store);
    return status;
}

enum status
apart_put(struct parcel_import *out, struct store *store,
          const struct parcel *parcel)
{
    enum status status =
        parcel_import(out, store, parcel, STORE_FOLLOWED, cli_clock_today());

    return status == STATUS_OK ? note_number(store, parcel_record(parcel))
                               : status;
}
