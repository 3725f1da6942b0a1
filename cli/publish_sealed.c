#include "cli/publish_sealed.h"

#include <string.h>

#include "bundles/publish_sealed.h"
#include "bundles/sealed_object.h"
#include "bundles/store_mem.h"
#include "cli/author_number.h"
#include "cli/cli_clock.h"
#include "cli/i18n.h"
#include "cli/sealed_keys.h"
#include "cli/unfinished.h"
#include "core/limits.h"
#include "core/mem.h"

/* Digits of an ID that release asks for. */
#define ID_DIGITS 16

int
publish_sealed_check(struct cli *cli, const struct publication_options *options)
{
    struct day day = {0};

    if (options->opens != NULL && !options->sealed)
        return cli_misused(cli, _("--opens announces the day of a statement "
                                  "that is --sealed"));
    if (!options->sealed)
        return CLI_DONE;
    if (options->prepare != NULL || options->signed_folder != NULL)
        return cli_misused(cli, _("--sealed signs twice, and goes with neither "
                                  "--prepare nor --signed"));
    if (options->dry_run)
        return cli_misused(cli, _("--dry-run tells nothing of --sealed: each "
                                  "time it has another key"));
    if (options->heads)
        return cli_misused(cli, _("--heads says nothing in a statement that is "
                                  "--sealed"));
    if (options->opens != NULL &&
        day_parse(&day, byte_view_of_text(options->opens)) != STATUS_OK)
        return cli_misused(cli,
                           _("--opens takes a day as 2026-12-10, not '%s'"),
                           options->opens);
    /* A clock may be wrong, and a day that is over promises nothing either. */
    if (options->opens != NULL && day.number < cli_clock_today().number)
        cli_warn(cli,
                 _("--opens %s: by the clock of this computer that day is "
                   "over"),
                 options->opens);
    return CLI_DONE;
}

static int
fail_size(struct cli *cli)
{
    return cli_fail(cli, CLI_FAILED, NULL,
                    _("too much to be sealed: at most %zu MiB, files and all"),
                    SEALED_BOX_MAX >> 20);
}

/* The signed statement and its files, back to back; nothing of it leaves this
 * process. */
static int
make_inner(struct cli *cli, struct publication *publication,
           const struct key_secret *secret, struct store *aside,
           struct publish_sealed *request, struct byte_buf *octets)
{
    struct publish_request *inner = &publication->request;
    struct publish *publish = NULL;
    struct record *record = NULL;
    uint32_t sequence = inner->sequence;
    enum status status;
    int code;

    inner->outside = true;
    inner->sequence = 0;
    inner->statement.has_salt = true;
    entropy_fill(&cli->entropy, inner->statement.salt, STATEMENT_SALT_SIZE);
    code = publication_begin(cli, aside, publication, &publish);
    inner->sequence = sequence;
    if (code != CLI_DONE)
        return code;
    status = publish_sign(publish, secret, &record);
    publish_free(publish);
    if (status == STATUS_OK) {
        request->sealed.seals = *record_id(record);
        status = sealed_object_write(octets, aside, record);
    }
    record_free(record);
    if (status == STATUS_TOO_LARGE)
        return fail_size(cli);
    return status == STATUS_OK ? CLI_DONE : cli_fail_store(cli, status);
}

/* Append the box to out; key is then its key. */
static int
make_box(struct cli *cli, struct publication *publication,
         const struct key_secret *secret, struct publish_sealed *request,
         uint8_t key[SEALED_KEY_SIZE], struct byte_buf *out)
{
    struct store *aside = NULL;
    struct byte_buf octets;
    enum status status =
        store_mem_new(&aside, (uint64_t)SEALED_BOX_MAX * 2, &cli->entropy);
    int code = status == STATUS_OK ? CLI_DONE : cli_fail_store(cli, status);

    byte_buf_init(&octets, SEALED_BOX_MAX);
    if (code == CLI_DONE)
        code = make_inner(cli, publication, secret, aside, request, &octets);
    store_free(aside);
    if (code == CLI_DONE) {
        entropy_fill(&cli->entropy, key, SEALED_KEY_SIZE);
        sealed_box_key_id(request->sealed.key_id, key);
        status = sealed_box_close(out, key, byte_view_of_buf(&octets));
        if (status == STATUS_TOO_LARGE)
            code = fail_size(cli);
        else if (status != STATUS_OK)
            code = cli_fail_memory(cli);
    }
    if (octets.size > 0)
        mem_wipe(octets.data, octets.size);
    byte_buf_release(&octets);
    return code;
}

/* publish_sealed_begin, and words for what it refuses. */
static int
begin(struct cli *cli, struct store *store, struct publish_sealed *request,
      struct publish **out)
{
    struct publish_fault fault;
    enum status status = publish_sealed_begin(out, store, request, &fault);
    int code;

    if (status == STATUS_AMBIGUOUS) {
        code = author_number_ask_to_merge(cli, &fault.fork);
        if (code != CLI_DONE)
            return code;
        request->merge = true;
        status = publish_sealed_begin(out, store, request, &fault);
    }
    if (status == STATUS_NOT_FOUND || status == STATUS_EXISTS)
        return author_number_fail(cli, status, request->sequence);
    return status == STATUS_OK ? CLI_DONE : cli_fail_store(cli, status);
}

/* The key first: what leaves without it can never be opened. */
static int
sign(struct cli *cli, struct store *store, struct publish_sealed *request,
     const struct key_secret *secret, const uint8_t key[SEALED_KEY_SIZE],
     struct publication_result *result)
{
    struct publish *publish = NULL;
    struct unfinished unfinished;
    enum status status = STATUS_OK;
    bool is_signed = false;
    int code = unfinished_begin(cli, &unfinished, store,
                                request->box.size > COMMIT_OCTETS_MAX);

    if (code != CLI_DONE)
        return code;
    code = begin(cli, store, request, &publish);
    if (code == CLI_DONE) {
        result->id = publish_id(publish);
        result->stored_size = publish_stored_size(publish);
        code = sealed_keys_keep(cli, &result->id, key);
    }
    if (code == CLI_DONE) {
        status = publish_sign(publish, secret, NULL);
        is_signed = status == STATUS_OK;
    }
    publish_free(publish);
    unfinished_end(&unfinished, store, is_signed);
    /* Where it is not certain that the record is not there, its key stays. */
    if (code == CLI_DONE && !is_signed && !store_has_record(store, &result->id))
        sealed_keys_remove(cli, &result->id);
    return status == STATUS_OK ? code : cli_fail_store(cli, status);
}

int
publish_sealed(struct cli *cli, const struct publication_options *options,
               struct store *store, struct publication *publication,
               const struct key_secret *secret,
               struct publication_result *result)
{
    struct publish_sealed request = {.key = publication->request.key,
                                     .date = publication->request.date,
                                     .today = publication->request.today,
                                     .sequence = options->sequence};
    uint8_t key[SEALED_KEY_SIZE] = {0};
    struct byte_buf box;
    int code;

    if (publication->size > SEALED_FILES_SIZE_MAX)
        return fail_size(cli);
    request.sealed.has_opens =
        options->opens != NULL &&
        day_parse(&request.sealed.opens, byte_view_of_text(options->opens)) ==
            STATUS_OK;
    byte_buf_init(&box, SEALED_BOX_MAX);
    code = make_box(cli, publication, secret, &request, key, &box);
    request.box = byte_view_of_buf(&box);
    if (code == CLI_DONE)
        code = sign(cli, store, &request, secret, key, result);
    if (code == CLI_DONE) {
        result->plain_size = publication->size;
        key_line_format(result->key_line, &result->id, key);
    }
    byte_buf_release(&box);
    mem_wipe(key, sizeof(key));
    return code;
}

void
publish_sealed_report(struct cli *cli,
                      const struct publication_options *options, json_t *object,
                      const struct publication_result *result)
{
    char id[RECORD_ID_TEXT_SIZE];

    record_id_format(&result->id, id);
    (void)json_object_set_new(object, "key_line",
                              json_string(result->key_line));
    (void)json_object_set_new(
        object, "opens",
        options->opens == NULL ? json_null() : json_string(options->opens));
    if (options->opens != NULL)
        cli_say(cli,
                _("sealed; announced for %s, and nothing opens it then by "
                  "itself"),
                options->opens);
    else
        cli_say(cli, _("sealed; no day is announced"));
    cli_say(cli,
            _("Its key is in '%s/%s': back it up, without it nobody can "
              "ever read this."),
            cli->home, "sealed");
    cli_say(cli,
            _("Whoever has this line can read it before the day; it may "
              "go to somebody who keeps it:\n  %s"),
            result->key_line);
    cli_say(cli, _("To open it for everybody: p2pub release %.*s"), ID_DIGITS,
            id);
}
