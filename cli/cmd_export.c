/*
 * export: copy records to a stick or folder, a folder for each.
 */
#include <stdio.h>
#include <string.h>

#include "bundles/bundle.h"
#include "bundles/parcel_export.h"
#include "cli/cli_clock.h"
#include "cli/command.h"
#include "cli/find.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/progress.h"
#include "core/file.h"
#include "core/limits.h"

struct copying {
    struct cli *cli;
    const char *folder;
    struct store *store;
    struct parcel_export *export;
    struct byte_buf ids; /* struct record_id after struct record_id */
    size_t completed;    /* were there already and lacked files */
    size_t present;      /* were there already */
    size_t faulty;       /* left out */
};

/* A store_visit that notes the ids: a slow stick must not hold up the
 * store. */
static enum status
note(void *context, const struct store_row *row)
{
    struct copying *copying = context;

    return byte_buf_append(&copying->ids,
                           byte_view_of(&row->id, sizeof(row->id)));
}

/* Behind a record, what withdraws and what co-signs it, and what withdraws
 * that, and so on: nobody is handed a statement without its withdrawal. */
static enum status
note_answers(struct copying *copying, size_t first)
{
    static const enum record_kind kinds[] = {RECORD_WITHDRAW, RECORD_COSIGN};
    struct store_query query = {.by_kind = true, .by_subject = true};
    enum status status = STATUS_OK;

    for (size_t at = first; at < copying->ids.size && status == STATUS_OK;
         at += sizeof(query.subject)) {
        memcpy(&query.subject, copying->ids.data + at, sizeof(query.subject));
        for (size_t i = 0; i < 2 && status == STATUS_OK; i++) {
            query.kind = kinds[i];
            status = store_walk(copying->store, &query, note, copying);
        }
    }
    return status;
}

/* Note what is to be copied: the records of these IDs and what is said of
 * them, or all. */
static int
choose(struct copying *copying, char **ids)
{
    struct store_query everything = {0};
    struct cli *cli = copying->cli;
    enum status status = STATUS_OK;
    int code = CLI_DONE;

    if (*ids == NULL)
        status = store_walk(copying->store, &everything, note, copying);
    for (; *ids != NULL && code == CLI_DONE && status == STATUS_OK; ids++) {
        const size_t first = copying->ids.size;
        struct record_id id;

        code = find_record(cli, copying->store, *ids, &id);
        if (code == CLI_DONE)
            status =
                byte_buf_append(&copying->ids, byte_view_of(&id, sizeof(id)));
        if (code == CLI_DONE && status == STATUS_OK)
            status = note_answers(copying, first);
    }
    return status == STATUS_OK ? code : cli_fail_store(cli, status);
}

/* A record of the store, as the read of a parcel_source. */
struct stored {
    struct store *store;
    struct record *record;
};

static enum status
read_stored(void *context, size_t index, file_sink *sink, void *sink_context)
{
    const struct stored *stored = context;

    return bundle_read_file(stored->store, stored->record, index, sink,
                            sink_context);
}

/* Write the record into a folder of its own, or the files that one lacks. */
static enum status
write_stored(struct copying *copying, struct stored *stored,
             struct parcel_fault *fault)
{
    struct parcel_source source = {
        .header = record_header(stored->record),
        .fields = record_fields(stored->record),
        .record = stored->record,
        .read = read_stored,
        .context = stored,
    };
    enum status status = parcel_export_add(copying->export, &source, fault);
    size_t added = 0;

    if (status != STATUS_EXISTS)
        return status;
    status = parcel_refill(copying->folder, &source, &added, fault);
    if (status == STATUS_OK && added > 0)
        copying->completed++;
    else if (status == STATUS_OK)
        copying->present++;
    return status;
}

static int
fail(struct copying *copying, enum status status,
     const struct parcel_fault *fault)
{
    return cli_fail_file(copying->cli, status, _("cannot write"), fault->path);
}

static int
copy(struct copying *copying, const struct record_id *id)
{
    struct stored stored = {.store = copying->store};
    struct parcel_fault fault = {""};
    enum status status = store_get_record(copying->store, id, &stored.record);

    if (status != STATUS_OK)
        return cli_fail_store(copying->cli, status);
    status = write_stored(copying, &stored, &fault);
    record_free(stored.record);
    if (status == STATUS_DAMAGED || status == STATUS_LOCKED)
        return cli_fail_store(copying->cli, status);
    /* Its author's fault, or a disk's: the others are copied all the same. */
    if (status == STATUS_BAD_SIGNATURE)
        copying->faulty++;
    else if (status != STATUS_OK)
        return fail(copying, status, &fault);
    return CLI_DONE;
}

/* Those that wait for their name get it, also when another could not be
 * written; code is what became of that. */
static int
finish(struct copying *copying, int code)
{
    struct parcel_fault fault = {""};
    enum status status = parcel_export_finish(copying->export, &fault);

    return status != STATUS_OK && code == CLI_DONE
               ? fail(copying, status, &fault)
               : code;
}

static int
copy_all(struct copying *copying)
{
    size_t count = copying->ids.size / sizeof(struct record_id);
    struct progress progress;
    int code = CLI_DONE;

    progress_begin(&progress, copying->cli, cli_clock_now());
    for (size_t i = 0; i < count && code == CLI_DONE; i++) {
        struct record_id id;

        memcpy(&id, copying->ids.data + i * sizeof(id), sizeof(id));
        progress_show(&progress, cli_clock_now(), _("%zu of %zu"), i, count);
        code = copy(copying, &id);
    }
    code = finish(copying, code);
    progress_end(&progress);
    return code;
}

static void
set_count(struct cli *cli, const char *name, size_t count)
{
    (void)json_object_set_new(cli->document, name,
                              json_integer((json_int_t)count));
}

/* Say what was done, also when it ended early. */
static int
report(struct copying *copying, int code)
{
    size_t written = parcel_export_count(copying->export);
    struct cli *cli = copying->cli;

    set_count(cli, "written", written);
    set_count(cli, "completed", copying->completed);
    set_count(cli, "present", copying->present);
    set_count(cli, "faulty", copying->faulty);
    cli_print(cli, _("%zu written, %zu completed, %zu there already\n"),
              written, copying->completed, copying->present);
    if (code == CLI_DONE && copying->faulty > 0)
        return cli_fail(cli, CLI_NOT_VERIFIED, NULL,
                        _("%zu left out: their files are not what was "
                          "signed"),
                        copying->faulty);
    return code;
}

int
cmd_export(struct cli *cli, int argc, char **argv)
{
    struct copying copying = {.cli = cli};
    enum status status;
    int value = cli_option(cli, argc, argv, NULL);
    int code;

    CLI_OPTIONS_RETURN(value);
    if (optind == argc)
        return cli_misused(cli, _("export takes a folder"));
    copying.folder = argv[optind];
    byte_buf_init(&copying.ids, EXPORT_RECORDS_MAX * sizeof(struct record_id));
    code = home_open_store(cli, HOME_READ, &copying.store);
    if (code == CLI_DONE)
        code = choose(&copying, argv + optind + 1);
    if (code == CLI_DONE) {
        status = file_make_directory(copying.folder);
        if (status != STATUS_OK)
            code = cli_fail_file(cli, status, _("cannot make the folder"),
                                 copying.folder);
    }
    if (code == CLI_DONE &&
        parcel_export_new(&copying.export, copying.folder) != STATUS_OK)
        code = cli_fail_memory(cli);
    if (code == CLI_DONE)
        code = report(&copying, copy_all(&copying));
    parcel_export_free(copying.export);
    store_free(copying.store);
    byte_buf_release(&copying.ids);
    return code;
}
