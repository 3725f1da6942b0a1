/*
 * keys revoke --file: publish a revocation that was signed in advance, as it
 * was typed off its sheet.  The key is not needed; the gate checks what was
 * typed like any record.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bundles/record.h"
#include "bundles/revoke.h"
#include "bundles/store.h"
#include "cli/cli_clock.h"
#include "cli/document.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/keys.h"
#include "cli/pass_on.h"
#include "cli/sheet.h"
#include "core/file.h"
#include "core/limits.h"
#include "core/paper.h"

static int
read_text(struct cli *cli, const char *path, struct byte_buf *out)
{
    const enum status status = strcmp(path, "-") == 0
                                   ? file_read_descriptor(out, STDIN_FILENO)
                                   : file_read(out, path);

    return status == STATUS_OK
               ? CLI_DONE
               : cli_fail_file(cli, status, _("cannot read"), path);
}

static int
fail_paper(struct cli *cli, const char *path, const struct paper_fault *fault)
{
    switch (fault->wrong) {
    case PAPER_LETTER:
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("line %zu of '%s': a letter is missing, too many, or "
                          "one that no such line has: compare it with the "
                          "sheet"),
                        fault->line, path);
    case PAPER_CHECK:
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("line %zu of '%s' (%02zu of the sheet) is mistyped: "
                          "its last two letters do not fit the rest"),
                        fault->line, path, fault->number);
    case PAPER_TWICE:
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("line %zu of '%s': %02zu was there before, and said "
                          "something else: are these two sheets?"),
                        fault->line, path, fault->number);
    case PAPER_MISSING:
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("'%s' lacks line %02zu of the sheet"), path,
                        fault->number);
    case PAPER_LENGTH:
        break;
    }
    return cli_fail(cli, CLI_FAILED, NULL,
                    _("'%s': line %02zu of the sheet has too much or too "
                      "little in it"),
                    path, fault->number);
}

/* The record that text holds; record_free *out. */
static int
open_text(struct cli *cli, const char *path, struct byte_view text,
          struct record **out)
{
    struct paper_fault fault;
    struct byte_buf wire;
    enum status status;
    int code = CLI_DONE;

    *out = NULL;
    byte_buf_init(&wire, PAPER_OCTETS_MAX);
    status = paper_read(&wire, SHEET_REVOCATION_WORD, text, &fault);
    if (status == STATUS_MALFORMED)
        code = fail_paper(cli, path, &fault);
    else if (status == STATUS_NOT_FOUND)
        code = cli_fail(cli, CLI_FAILED, NULL,
                        _("'%s' has no line that begins with '%s' and a "
                          "number, as on a revocation sheet"),
                        path, SHEET_REVOCATION_WORD);
    else if (status != STATUS_OK)
        code = cli_fail_memory(cli);
    if (code == CLI_DONE)
        status = record_open(out, byte_view_of_buf(&wire));
    byte_buf_release(&wire);
    if (code != CLI_DONE || status == STATUS_OK)
        return code;
    return status == STATUS_NO_MEMORY
               ? cli_fail_memory(cli)
               : cli_fail(cli, CLI_NOT_VERIFIED, NULL,
                          _("NOT VERIFIED: what '%s' holds was not signed by "
                            "the key that it names: compare it with the sheet "
                            "once more"),
                          path);
}

/* That it is a revocation, and of the key that was named. */
static int
check_record(struct cli *cli, const struct keys_request *request,
             const struct record *record)
{
    struct keyring keyring;
    const struct keyring_entry *entry = NULL;
    int code;

    if (record_kind(record) != RECORD_REVOKE)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("'%s' holds a signed record that is no revocation"),
                        request->sheet);
    if (request->argument == NULL)
        return CLI_DONE;
    code = keyring_load(cli, &keyring);
    if (code == CLI_DONE)
        code = keyring_choose(cli, &keyring, request->argument, &entry);
    if (code == CLI_DONE &&
        !key_author_equal(&entry->key.author,
                          &record_fields(record)->key.author))
        code = cli_fail(cli, CLI_KEY, NULL,
                        _("'%s' is the sheet of another key than '%s'"),
                        request->sheet, request->argument);
    keyring_release(&keyring);
    return code;
}

/* Whose it is, and whether it is meant. */
static int
confirm(struct cli *cli, const struct keys_request *request,
        const struct record *record)
{
    struct verdict_signer signer;
    struct revoke revoke = {{NULL, 0}};
    int code;

    if (request->answer.yes || request->answer.dry_run)
        return CLI_DONE;
    if (cli->json || !prompt_can_ask())
        return cli_misused(cli, _("a revocation cannot be undone: --yes says "
                                  "that it is meant"));
    code = keys_find_signer(cli, &record_fields(record)->key, &signer);
    if (code != CLI_DONE)
        return code;
    /* One that needs a newer p2pub revokes all the same. */
    if (revoke_read(&revoke, record) != STATUS_OK)
        revoke.reason.size = 0;
    cli_say(cli, _("key     %s\nreason  %.*s"), verdict_signer_name(&signer),
            (int)revoke.reason.size,
            revoke.reason.size == 0 ? "" : (const char *)revoke.reason.data);
    return prompt_yes(_("Revoke this key, in public? [y/N] "))
               ? CLI_DONE
               : cli_fail(cli, CLI_FAILED, NULL, _("nothing was published"));
}

/* Into the store, on the account of whoever it is about. */
static int
put(struct cli *cli, const struct record *record)
{
    struct trust *trust = NULL;
    struct store *store = NULL;
    enum status status = STATUS_OK;
    int code = home_open_trust(cli, &trust);

    if (code == CLI_DONE)
        code = home_open_store(cli, HOME_WRITE, &store);
    if (code == CLI_DONE) {
        status = store_begin(store);
        if (status == STATUS_OK)
            status = store_put_record(
                store, record,
                trust_class(trust, &record_fields(record)->key.author) ==
                        TRUST_UNKNOWN
                    ? STORE_OTHER
                    : STORE_FOLLOWED,
                cli_clock_today());
        if (status == STATUS_OK)
            status = store_commit(store);
        store_rollback(store);
        /* It is passed on once more then. */
        if (status != STATUS_OK && status != STATUS_EXISTS)
            code = cli_fail_store(cli, status);
    }
    store_free(store);
    trust_free(trust);
    return code;
}

static void
report(struct cli *cli, const struct record *record, bool is_trial,
       uint32_t delivered)
{
    char text[RECORD_ID_TEXT_SIZE];

    record_id_format(record_id(record), text);
    (void)json_object_set_new(cli->document, "id", json_string(text));
    (void)json_object_set_new(cli->document, "key",
                              document_key(&record_fields(record)->key));
    (void)json_object_set_new(cli->document, "delivered",
                              document_number(delivered));
    cli_print(cli, "%s\n", text);
    if (is_trial) {
        (void)json_object_set_new(cli->document, "dry_run", json_true());
        cli_say(cli, _("This was a dry run: nothing was published."));
    } else if (delivered > 0) {
        cli_say(cli, P_("%lu node has it", "%lu nodes have it", delivered),
                (unsigned long)delivered);
    } else {
        cli_say(cli, _("stored; nobody has it yet: p2pub share, or p2pub "
                       "export DIR"));
    }
}

static int
publish(struct cli *cli, const struct keys_request *request,
        const struct record *record)
{
    const struct answer *answer = &request->answer;
    uint32_t delivered = 0;
    int code = check_record(cli, request, record);

    if (code == CLI_DONE)
        code = confirm(cli, request, record);
    if (code == CLI_DONE && !answer->dry_run)
        code = put(cli, record);
    if (code != CLI_DONE)
        return code;
    /* It is public from here on; that nobody could be reached is no failure
     * of that. */
    cli->lenient = true;
    if (!answer->offline && !answer->dry_run)
        (void)pass_on(cli, record_id(record), 1, &delivered);
    cli->lenient = false;
    report(cli, record, answer->dry_run, delivered);
    return CLI_DONE;
}

int
keys_revoke_from_sheet(struct cli *cli, struct keys_request *request)
{
    struct record *record = NULL;
    struct byte_buf text;
    int code;

    byte_buf_init(&text, PAPER_TEXT_MAX);
    code = read_text(cli, request->sheet, &text);
    if (code == CLI_DONE)
        code = open_text(cli, request->sheet, byte_view_of_buf(&text), &record);
    byte_buf_release(&text);
    if (code == CLI_DONE)
        code = publish(cli, request, record);
    record_free(record);
    return code;
}
