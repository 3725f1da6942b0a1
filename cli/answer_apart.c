#include <string.h>

#include "bundles/kind.h"
#include "bundles/record_parse.h"
#include "cli/answer.h"
#include "cli/apart.h"
#include "cli/author_number.h"
#include "cli/cli_clock.h"
#include "cli/document.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/pass_on.h"
#include "core/mem.h"

/* The read of a parcel_source that has no files. */
static enum status
read_nothing(void *context, size_t index, file_sink *sink, void *sink_context)
{
    (void)context;
    (void)index;
    (void)sink;
    (void)sink_context;
    return STATUS_NOT_FOUND;
}

/* Write header, which is well-formed, into the folder. */
static int
write_header(struct cli *cli, const struct answer *answer,
             struct byte_view header, const struct record_id *id)
{
    struct record_parse *parsed = mem_zalloc(1, sizeof(*parsed));
    struct parcel_source source = {.header = header, .read = read_nothing};
    struct parcel_fault fault = {""};
    enum status status = STATUS_NO_MEMORY;
    char kind[RECORD_WORD_MAX + 1] = "";

    if (parsed != NULL)
        status = record_parse_header(parsed, header);
    if (status == STATUS_OK) {
        source.fields = &parsed->fields;
        memcpy(kind, parsed->fields.kind.data, parsed->fields.kind.size);
        status = parcel_write(answer->prepare, &source, &fault);
    }
    if (status == STATUS_OK)
        apart_report_prepared(cli, answer->prepare, kind, kind, id,
                              parsed->fields.sequence);
    mem_free(parsed);
    return status == STATUS_OK
               ? CLI_DONE
               : cli_fail_file(cli, status, _("cannot write"), fault.path);
}

int
answer_prepare(struct cli *cli, struct answer *answer,
               struct publish_answer *record)
{
    struct byte_buf header;
    struct record_id id = {{0}};
    int code = apart_check_folder(cli, answer->prepare);

    if (code != CLI_DONE)
        return code;
    byte_buf_init(&header, RECORD_HEADER_MAX);
    record->header = &header;
    code = answer_publish(cli, answer, record, NULL, &id);
    if (code == CLI_DONE)
        code = write_header(cli, answer, byte_view_of_buf(&header), &id);
    record->header = NULL;
    byte_buf_release(&header);
    return code;
}

/* Nothing is published that this p2pub could not have written. */
static int
check_kind(struct cli *cli, const struct parcel *parcel)
{
    enum status status = kind_check(parcel_record(parcel));

    if (status == STATUS_NEWER)
        return cli_fail(cli, CLI_FAILED, "p2pub import FOLDER",
                        _("this needs a newer p2pub"));
    return status == STATUS_OK ? CLI_DONE : cli_fail_memory(cli);
}

static int
put(struct cli *cli, const struct parcel *parcel, bool *is_new)
{
    struct parcel_import outcome;
    struct store *store = NULL;
    enum status status;
    int code = home_open_store(cli, HOME_WRITE, &store);

    if (code != CLI_DONE)
        return code;
    status = apart_put(&outcome, store, parcel);
    store_free(store);
    *is_new = status == STATUS_OK && outcome.is_new;
    return status == STATUS_OK ? CLI_DONE : cli_fail_store(cli, status);
}

int
answer_take_signed(struct cli *cli, const struct answer *answer,
                   const char *kind)
{
    struct parcel *parcel = NULL;
    const struct record *record;
    uint32_t delivered = 0;
    bool is_new = false;
    int code = apart_open_signed(cli, answer->signed_folder, kind, &parcel);

    if (code == CLI_DONE)
        code = check_kind(cli, parcel);
    if (code == CLI_DONE)
        code = put(cli, parcel, &is_new);
    if (code != CLI_DONE) {
        parcel_free(parcel);
        return code;
    }
    record = parcel_record(parcel);
    (void)json_object_set_new(cli->document, "known", json_boolean(!is_new));
    cli->lenient = true;
    if (!answer->offline)
        (void)pass_on(cli, record_id(record), 1, &delivered);
    cli->lenient = false;
    answer_report(cli, answer, record_id(record), &record_fields(record)->key,
                  delivered);
    parcel_free(parcel);
    return CLI_DONE;
}
