/*
 * import: take in what a stick or folder holds.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "bundles/following.h"
#include "bundles/parcel_intake.h"
#include "cli/cli_clock.h"
#include "cli/command.h"
#include "cli/document.h"
#include "cli/followed.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/parcel_fault.h"
#include "cli/pass_on.h"
#include "cli/progress.h"
#include "cli/told.h"
#include "core/file.h"
#include "core/mem.h"

struct taking {
    struct cli *cli;
    struct store *store;
    struct trust *trust;
    struct parcel_intake *intake;
    struct progress progress;
    struct parcel_watch watch;
    bool takes_revocations; /* and nothing else; or all else */
    size_t seen;            /* folders */
    uint64_t octets;        /* read of files */
    json_t *records;        /* of what was new */
    size_t taken;           /* were not here */
    size_t completed;       /* were here and lacked files */
    size_t present;         /* were here */
    size_t refused;         /* are not what was signed, or cannot be read */
    size_t no_room;         /* of unknown keys */
    int code;               /* of what was refused: 3 before others */
};

/* Note what came in. */
static void
count(struct taking *taking, const struct record *record,
      const struct parcel_import *result)
{
    json_t *object;

    if (!result->is_new && result->before == result->after) {
        taking->present++;
        return;
    }
    if (result->is_new)
        taking->taken++;
    else
        taking->completed++;
    object = json_object();
    (void)json_object_set_new(object, "id", document_id(record_id(record)));
    (void)json_object_set_new(object, "new", json_boolean(result->is_new));
    (void)json_object_set_new(object, "complete",
                              json_boolean(result->after == STORE_COMPLETE));
    (void)json_array_append_new(taking->records, object);
}

static enum store_class
keeping_of(const struct taking *taking, const struct record *record)
{
    const struct key_author *author = &record_fields(record)->key.author;

    return following_keeping(taking->trust, author);
}

/* A bundle that is not taken in; the others are. */
static enum status
refuse(struct taking *taking, enum status status,
       const struct parcel_fault *fault)
{
    int code;

    progress_end(&taking->progress);
    code = parcel_fault_say(taking->cli, status, fault);
    if (taking->code != CLI_NOT_VERIFIED)
        taking->code = code;
    taking->refused++;
    return status == STATUS_NO_MEMORY ? status : STATUS_OK;
}

/* A parcel_taken.  A failure is the store's; what is wrong with the bundle is
 * said. */
static enum status
on_taken(void *context, const struct parcel *parcel, enum store_class keeping,
         enum status status, const struct parcel_import *result)
{
    struct taking *taking = context;
    struct parcel_fault fault = {""};

    if (status == STATUS_OK)
        count(taking, parcel_record(parcel), result);
    if (status == STATUS_BAD_SIGNATURE || status == STATUS_NOT_FOUND) {
        /* Its list does not fit, or it is changing while we read. */
        (void)snprintf(fault.path, sizeof(fault.path), "%s",
                       parcel_folder(parcel));
        return refuse(taking, STATUS_BAD_SIGNATURE, &fault);
    }
    if (status == STATUS_FULL && keeping == STORE_OTHER) {
        taking->no_room++;
        return STATUS_OK;
    }
    return status;
}

static void
show_progress(struct taking *taking)
{
    progress_show(&taking->progress, cli_clock_now(),
                  _("%zu looked at, %llu MB read"), taking->seen,
                  (unsigned long long)(taking->octets / 1000000));
}

/* The on_octets of a parcel_watch. */
static void
on_octets(void *context, size_t octets)
{
    struct taking *taking = context;

    taking->octets += octets;
    show_progress(taking);
}

/* Take in the bundle at path, a folder or a header file. */
static enum status
take(struct taking *taking, const char *path)
{
    struct parcel_fault fault = {""};
    struct parcel *parcel = NULL;
    enum status status =
        parcel_open_watched(&parcel, path, &taking->watch, &fault);

    if (status != STATUS_OK)
        return refuse(taking, status, &fault);
    return parcel_intake_add(taking->intake, parcel,
                             keeping_of(taking, parcel_record(parcel)));
}

/* A file_sink that takes the first octets of a header, and then ends. */
static enum status
on_first_octets(void *context, struct byte_view piece)
{
    struct byte_buf *first = context;
    const size_t room = first->maximum - first->size;

    if (byte_buf_append(first, byte_view_slice(piece, 0, room)) != STATUS_OK)
        return STATUS_NO_MEMORY;
    return first->size < first->maximum ? STATUS_OK : STATUS_EXISTS;
}

/* Whether the folder at path says that it holds a revocation. */
static bool
is_revocation(const char *path)
{
    static const char magic[] = "p2pub1 revoke\n";
    char *header = file_join(path, PARCEL_HEADER);
    struct byte_buf first;
    bool is_one = false;

    byte_buf_init(&first, sizeof(magic) - 1);
    if (header != NULL &&
        file_read_pieces(header, on_first_octets, &first) == STATUS_EXISTS)
        is_one = byte_view_equal_text(byte_view_of_buf(&first), magic);
    byte_buf_release(&first);
    mem_free(header);
    return is_one;
}

/* A parcel_visit. */
static enum status
on_folder(void *context, const char *path)
{
    struct taking *taking = context;

    if (is_revocation(path) != taking->takes_revocations)
        return STATUS_OK;
    taking->seen++;
    show_progress(taking);
    return take(taking, path);
}

/* Revocations first: of what came with one nobody is to be told that it was
 * here before it. */
static enum status
take_folder(struct taking *taking, const char *path)
{
    enum status status;

    taking->takes_revocations = true;
    status = parcel_walk(path, on_folder, taking);
    taking->takes_revocations = false;
    return status == STATUS_OK ? parcel_walk(path, on_folder, taking) : status;
}

static void
set_count(struct cli *cli, const char *name, size_t count)
{
    (void)json_object_set_new(cli->document, name,
                              json_integer((json_int_t)count));
}

/* Say what was done; code is that of a failure that ended it early. */
static int
report(struct taking *taking, const char *path, int code)
{
    struct cli *cli = taking->cli;
    size_t seen = taking->taken + taking->completed + taking->present +
                  taking->refused + taking->no_room;

    set_count(cli, "imported", taking->taken);
    set_count(cli, "completed", taking->completed);
    set_count(cli, "present", taking->present);
    set_count(cli, "refused", taking->refused);
    cli_print(cli, _("%zu imported, %zu completed, %zu here already\n"),
              taking->taken, taking->completed, taking->present);
    if (code != CLI_DONE)
        return code;
    if (seen == 0)
        return cli_fail(cli, CLI_NOT_FOUND, NULL,
                        _("there is no signed record in '%s'"), path);
    if (taking->code == CLI_DONE && taking->no_room > 0)
        return cli_fail(cli, CLI_STORE, NULL,
                        _("there is no room left for %zu records of keys that "
                          "you do not follow"),
                        taking->no_room);
    return taking->code;
}

static bool
is_folder(const char *path)
{
    struct stat facts;

    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

static enum status
take_all(struct taking *taking, const char *path)
{
    enum status finished;
    enum status status = parcel_intake_new(&taking->intake, taking->store,
                                           cli_clock_today(), on_taken, taking);

    if (status != STATUS_OK)
        return status;
    status = is_folder(path) ? take_folder(taking, path) : take(taking, path);
    /* Also what was opened before a failure. */
    finished = parcel_intake_finish(taking->intake);
    parcel_intake_free(taking->intake);
    return status == STATUS_OK ? finished : status;
}

static int
import(struct taking *taking, const char *path)
{
    struct cli *cli = taking->cli;
    enum status status;
    int code = CLI_DONE;

    progress_begin(&taking->progress, cli, cli_clock_now());
    status = take_all(taking, path);
    progress_end(&taking->progress);
    if (status == STATUS_TOO_LARGE)
        code = cli_fail(cli, CLI_FAILED, NULL,
                        _("'%s' holds too many files; import its folders one "
                          "by one"),
                        path);
    else if (status == STATUS_DENIED || status == STATUS_IO)
        code = cli_fail_file(cli, status, _("cannot take in"), path);
    else if (status != STATUS_OK)
        code = cli_fail_store(cli, status);
    code = report(taking, path, code);
    if (taking->taken + taking->completed > 0)
        pass_on_changed(cli);
    return code;
}

int
cmd_import(struct cli *cli, int argc, char **argv)
{
    struct taking taking = {.cli = cli};
    struct stat facts;
    int value = cli_option(cli, argc, argv, NULL);
    int code;

    CLI_OPTIONS_RETURN(value);
    if (optind + 1 != argc)
        return cli_misused(cli, _("import takes one folder or header file"));
    if (stat(argv[optind], &facts) != 0)
        return cli_fail_file(cli, file_status_of_errno(errno), _("cannot read"),
                             argv[optind]);
    taking.records = json_array();
    taking.watch = (struct parcel_watch){on_octets, &taking};
    code = home_open_trust(cli, &taking.trust);
    if (code == CLI_DONE)
        code = home_open_store(cli, HOME_WRITE, &taking.store);
    if (code == CLI_DONE)
        code = followed_extend(cli, taking.trust, taking.store);
    if (code == CLI_DONE)
        code = home_load_vouches(cli, taking.trust, taking.store);
    if (code == CLI_DONE)
        code = import(&taking, argv[optind]);
    /* What came may say that more keys are followed than before. */
    if (taking.store != NULL && taking.trust != NULL) {
        const int settled = followed_settle(cli, taking.trust, taking.store);

        code = code == CLI_DONE ? settled : code;
        told_say_at_end(cli);
    }
    (void)json_object_set_new(cli->document, "records", taking.records);
    store_free(taking.store);
    trust_free(taking.trust);
    return code;
}
