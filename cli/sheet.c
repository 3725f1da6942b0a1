#include "cli/sheet.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/i18n.h"
#include "cli/qr.h"
#include "core/bytes.h"
#include "core/file.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/paper.h"
#include "core/words.h"

/* Octets of a page, and of a picture with the largest code; both are set aside
 * at once, so that nothing is left behind where a buffer was before. */
#define PAGE_SIZE    ((size_t)64 * 1024)
#define PICTURE_SIZE ((size_t)512 * 1024)

/* Columns of a printed line of text, and of a picture, which has no bound. */
#define TEXT_COLUMNS    ((size_t)80)
#define PICTURE_COLUMNS ((size_t)1000)

static const char *const endings[] = {".txt", ".svg"};

/* The path of a sheet, in memory of mem_alloc; NULL without. */
static char *
path_of(const char *folder, const char *name, enum sheet_kind kind,
        const char *ending)
{
    char file[TRUST_NAME_MAX + sizeof("-revocation.txt")];

    (void)snprintf(file, sizeof(file), "%s-%s%s", name,
                   kind == SHEET_RECOVERY ? "recovery" : "revocation", ending);
    return file_join(folder, file);
}

int
sheet_check_free(struct cli *cli, const char *folder, const char *name,
                 enum sheet_kind kind)
{
    enum status status = file_make_directory(folder);
    struct stat facts;
    int code = CLI_DONE;

    if (status != STATUS_OK)
        return cli_fail_file(cli, status, _("cannot make"), folder);
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        char *path = path_of(folder, name, kind, endings[i]);

        if (path == NULL)
            code = cli_fail_memory(cli);
        else if (lstat(path, &facts) == 0)
            code =
                cli_fail(cli, CLI_FAILED, NULL,
                         _("'%s' is there already, and is not replaced"), path);
        mem_free(path);
        if (code != CLI_DONE)
            return code;
    }
    return CLI_DONE;
}

/* Memory for secrets that never moves. */
static enum status
reserve(struct byte_buf *buf, size_t size)
{
    byte_buf_init(buf, size);
    return byte_buf_reserve(buf, size);
}

static void
wipe(struct byte_buf *buf)
{
    if (buf->data != NULL)
        mem_wipe(buf->data, buf->capacity);
    byte_buf_release(buf);
}

/* What the code says: the words in capitals, or the lines of the revocation as
 * one. */
static enum status
code_text(struct byte_buf *out, enum sheet_kind kind, const struct sheet *sheet)
{
    enum status status;

    if (kind == SHEET_REVOCATION)
        return paper_write_whole(out, SHEET_REVOCATION_WORD,
                                 record_wire(sheet->revocation));
    status = byte_buf_append_text(out, sheet->words);
    for (size_t i = 0; i < out->size; i++)
        if (out->data[i] >= 'a' && out->data[i] <= 'z')
            out->data[i] = (uint8_t)(out->data[i] - 'a' + 'A');
    return status;
}

/* A code of at most so many columns; none is no failure. */
static enum status
make_code(struct qr *out, enum sheet_kind kind, const struct sheet *sheet,
          size_t columns)
{
    struct byte_buf text;
    enum status status;

    memset(out, 0, sizeof(*out));
    status = reserve(&text, PAGE_SIZE);
    if (status == STATUS_OK)
        status = code_text(&text, kind, sheet);
    if (status == STATUS_OK && byte_buf_text(&text) == NULL)
        status = STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = qr_make(out, byte_buf_text(&text), columns);
    wipe(&text);
    return status == STATUS_NOT_FOUND || status == STATUS_TOO_LARGE ? STATUS_OK
                                                                    : status;
}

/* The whole file. */
static enum status
make_file(struct byte_buf *out, enum sheet_kind kind, const struct sheet *sheet,
          bool is_picture)
{
    struct byte_buf page;
    struct qr code = {0, NULL};
    enum status status = reserve(&page, PAGE_SIZE);

    if (status == STATUS_OK)
        status = sheet_page(&page, kind, sheet);
    if (status == STATUS_OK)
        status = make_code(&code, kind, sheet,
                           is_picture ? PICTURE_COLUMNS : TEXT_COLUMNS);
    if (status == STATUS_OK && is_picture)
        status = sheet_picture(out, byte_view_of_buf(&page),
                               code.modules == NULL ? NULL : &code);
    else if (status == STATUS_OK)
        status = byte_buf_append(out, byte_view_of_buf(&page));
    if (status == STATUS_OK && !is_picture && code.modules != NULL)
        status = qr_write(out, &code, QR_ON_WHITE);
    qr_release(&code);
    wipe(&page);
    return status;
}

static int
write_file(struct cli *cli, const char *path, struct byte_view octets)
{
    const enum status status = file_write_new(path, octets, 0600);

    if (status == STATUS_EXISTS)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("'%s' is there already, and is not replaced"), path);
    return status == STATUS_OK
               ? CLI_DONE
               : cli_fail_file(cli, status, _("cannot write"), path);
}

static void
tell(struct cli *cli, const char *path)
{
    json_t *list = json_object_get(cli->document, "sheets");

    if (list == NULL) {
        list = json_array();
        (void)json_object_set_new(cli->document, "sheets", list);
    }
    (void)json_array_append_new(list, json_string(path));
    cli_say(cli, _("written: '%s'"), path);
}

/* Once for all sheets of a key: the revocation is always there, and last. */
static void
tell_of_code(struct cli *cli, enum sheet_kind kind)
{
    if (kind == SHEET_REVOCATION && !qr_is_there())
        cli_say(cli, _("No QR code is on it: this p2pub was built without "
                       "libqrencode."));
}

int
sheet_write(struct cli *cli, const char *folder, enum sheet_kind kind,
            const struct sheet *sheet)
{
    int code = CLI_DONE;

    for (size_t i = 0;
         code == CLI_DONE && i < sizeof(endings) / sizeof(endings[0]); i++) {
        char *path = path_of(folder, sheet->name, kind, endings[i]);
        struct byte_buf file;
        enum status status = reserve(&file, PICTURE_SIZE);

        if (status == STATUS_OK && path != NULL)
            status = make_file(&file, kind, sheet, i == 1);
        if (status != STATUS_OK || path == NULL)
            code = cli_fail_memory(cli);
        else
            code = write_file(cli, path, byte_view_of_buf(&file));
        if (code == CLI_DONE)
            tell(cli, path);
        wipe(&file);
        mem_free(path);
    }
    if (code == CLI_DONE)
        tell_of_code(cli, kind);
    return code;
}
