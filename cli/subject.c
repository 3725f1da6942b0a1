#include "cli/subject.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "bundles/bundle.h"
#include "bundles/identity.h"
#include "cli/cli_clock.h"
#include "cli/find.h"
#include "cli/followed.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/parcel_fault.h"
#include "cli/progress.h"
#include "core/limits.h"
#include "core/mem.h"

int
subject_context_open(struct cli *cli, bool needs_store,
                     struct subject_context *out)
{
    int code;

    memset(out, 0, sizeof(*out));
    /* A folder can be read without a home; nobody counts as followed then. */
    cli->lenient = !needs_store;
    code = home_open_trust(cli, &out->trust);
    if (code == CLI_DONE && home_has_store(cli))
        code = home_open_store(cli, HOME_READ, &out->store);
    if (code == CLI_DONE && out->store != NULL)
        code = followed_extend(cli, out->trust, out->store);
    if (code == CLI_DONE && out->store != NULL)
        code = home_load_vouches(cli, out->trust, out->store);
    cli->lenient = false;
    if (code == CLI_DONE || needs_store)
        return code;
    if (out->trust == NULL && trust_new(&out->trust) != STATUS_OK)
        return cli_fail_memory(cli);
    return CLI_DONE;
}

void
subject_context_release(struct subject_context *context)
{
    store_free(context->store);
    trust_free(context->trust);
    memset(context, 0, sizeof(*context));
}

/* A row of our own store may pass the gate by its tag; here its signatures are
 * checked all the same. */
static int
open_stored(struct cli *cli, struct store *store, const struct record_id *id,
            struct subject *out)
{
    struct record *row = NULL;
    struct store_row facts;
    enum status status;

    out->store = store;
    status = store_get_row(store, id, &facts);
    if (status == STATUS_OK)
        status = store_get_record(store, id, &row);
    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
    out->state = facts.state;
    status = record_open(&out->record, record_wire(row));
    record_free(row);
    if (status == STATUS_NO_MEMORY)
        return cli_fail_memory(cli);
    if (status != STATUS_OK)
        return cli_fail(cli, CLI_NOT_VERIFIED, NULL,
                        _("NOT VERIFIED: a record in the store is not what "
                          "was signed"));
    return CLI_DONE;
}

/* How far the files of a folder are read. */
struct reading {
    struct progress progress;
    uint64_t octets;
};

/* The on_octets of a parcel_watch. */
static void
on_octets(void *context, size_t octets)
{
    struct reading *reading = context;

    reading->octets += octets;
    progress_show(&reading->progress, cli_clock_now(), _("%llu MB checked"),
                  (unsigned long long)(reading->octets / 1000000));
}

static int
open_folder(struct cli *cli, const char *path, struct subject *out)
{
    struct reading reading = {.octets = 0};
    const struct parcel_watch watch = {on_octets, &reading};
    struct parcel_fault fault;
    enum status status;

    progress_begin(&reading.progress, cli, cli_clock_now());
    status = parcel_open_watched(&out->parcel, path, &watch, &fault);
    progress_end(&reading.progress);
    if (status == STATUS_OK)
        parcel_unwatch(out->parcel);
    if (status != STATUS_OK)
        return parcel_fault_say(cli, status, &fault);
    out->state =
        parcel_is_complete(out->parcel) ? STORE_COMPLETE : STORE_INCOMPLETE;
    out->record = record_keep(parcel_record(out->parcel));
    return CLI_DONE;
}

static bool
exists(const char *path)
{
    struct stat facts;

    return stat(path, &facts) == 0;
}

/* Find and open the record. */
static int
open_record(struct cli *cli, struct store *store, const char *argument,
            struct subject *out)
{
    enum status status = STATUS_NOT_FOUND;
    struct record_id id;

    if (find_is_id(argument))
        status = find_digits(store, argument, &id);
    if (find_is_id(argument) && status == STATUS_NOT_FOUND)
        status = find_sealing(store, argument, &id);
    if (status == STATUS_OK)
        return open_stored(cli, store, &id, out);
    if (status == STATUS_NOT_FOUND && exists(argument))
        return open_folder(cli, argument, out);
    if (find_is_id(argument))
        return find_record(cli, store, argument, &id);
    return cli_fail(cli, CLI_NOT_FOUND, NULL,
                    _("there is no file or folder '%s', and it is no ID"),
                    argument);
}

/* A verdict about an identity that is not in the store: it is its own. */
static void
take_own_identity(struct subject *subject)
{
    struct verdict_signer *signer = &subject->verdict.signer;
    struct identity identity;

    if (signer->identity != VERDICT_IDENTITY_NONE ||
        record_kind(subject->record) != RECORD_IDENTITY ||
        identity_read(&identity, subject->record) != STATUS_OK ||
        identity.version != 1)
        return;
    signer->identity = VERDICT_IDENTITY_FOUND;
    signer->identity_id = *record_id(subject->record);
    words_fingerprint(signer->words, signer->identity_id.octets);
    memcpy(signer->claim, identity.name.data, identity.name.size);
    signer->claim[identity.name.size] = '\0';
}

enum status
subject_judge(const struct subject_context *context, struct subject *subject)
{
    const struct record *record = subject->record;
    enum status status = statement_read(&subject->statement, record);

    subject->has_statement = status == STATUS_OK;
    if (status == STATUS_OK || status == STATUS_NEWER)
        status = verdict_make(&subject->verdict, context->store, context->trust,
                              record, subject->state);
    if (status != STATUS_OK || subject->parcel == NULL)
        return status;
    take_own_identity(subject);
    subject->verdict.missing_count = 0;
    for (size_t i = 0; i < record_fields(record)->file_count; i++)
        if (!parcel_has_file(subject->parcel, i))
            subject->verdict.missing[subject->verdict.missing_count++] = i;
    return STATUS_OK;
}

int
subject_open(struct cli *cli, const struct subject_context *context,
             const char *argument, struct subject *out)
{
    enum status status;
    int code;

    memset(out, 0, sizeof(*out));
    code = open_record(cli, context->store, argument, out);
    if (code != CLI_DONE)
        return code;
    status = subject_judge(context, out);
    return status == STATUS_OK ? CLI_DONE : cli_fail_store(cli, status);
}

void
subject_release(struct subject *subject)
{
    verdict_release(&subject->verdict);
    statement_release(&subject->statement);
    record_free(subject->record);
    parcel_free(subject->parcel);
    memset(subject, 0, sizeof(*subject));
}

bool
subject_has_file(const struct subject *subject, size_t index)
{
    const struct verdict *verdict = &subject->verdict;

    for (size_t i = 0; i < verdict->missing_count; i++)
        if (verdict->missing[i] == index)
            return false;
    return true;
}

enum status
subject_read_file(const struct subject *subject, size_t index, file_sink *sink,
                  void *context)
{
    if (subject->parcel != NULL)
        return parcel_read_file(subject->parcel, index, sink, context);
    return bundle_read_file(subject->store, subject->record, index, sink,
                            context);
}

/* How far a long check has come, in octets. */
struct check {
    struct progress progress;
    uint64_t done;
    uint64_t all;
};

/* A file_sink that forgets what it is given. */
static enum status
on_piece(void *context, struct byte_view piece)
{
    struct check *check = context;

    check->done += piece.size;
    progress_show(&check->progress, cli_clock_now(), _("%llu of %llu MB"),
                  (unsigned long long)(check->done / 1000000),
                  (unsigned long long)(check->all / 1000000));
    return STATUS_OK;
}

int
subject_check_files(struct cli *cli, struct subject *subject)
{
    const struct record_fields *fields = record_fields(subject->record);
    struct verdict *verdict = &subject->verdict;
    struct check check = {.done = 0};
    enum status status = STATUS_OK;

    /* A folder's were checked when it was opened. */
    if (subject->parcel != NULL)
        return CLI_DONE;
    verdict->missing_count = 0;
    for (size_t i = 0; i < fields->file_count; i++)
        check.all += fields->files[i].size;
    progress_begin(&check.progress, cli, cli_clock_now());
    for (size_t i = 0; status == STATUS_OK && i < fields->file_count; i++) {
        status = subject_read_file(subject, i, on_piece, &check);
        if (status == STATUS_NOT_FOUND) {
            verdict->missing[verdict->missing_count++] = i;
            status = STATUS_OK;
        }
    }
    progress_end(&check.progress);
    if (status == STATUS_BAD_SIGNATURE) {
        subject->state = STORE_FAULTY;
        verdict->standing = VERDICT_FAULTY;
    } else if (status != STATUS_OK) {
        return cli_fail_store(cli, status);
    } else {
        subject->state =
            verdict->missing_count == 0 ? STORE_COMPLETE : STORE_INCOMPLETE;
    }
    verdict->state = subject->state;
    return CLI_DONE;
}

/* The read of a parcel_source. */
static enum status
read_for_parcel(void *context, size_t index, file_sink *sink,
                void *sink_context)
{
    const struct subject *subject = context;

    if (!subject_has_file(subject, index))
        return STATUS_NOT_FOUND;
    return subject_read_file(subject, index, sink, sink_context);
}

struct parcel_source
subject_source(struct subject *subject)
{
    struct parcel_source source = {
        .header = record_header(subject->record),
        .fields = record_fields(subject->record),
        .record = subject->record,
        .read = read_for_parcel,
        .context = subject,
    };

    return source;
}
