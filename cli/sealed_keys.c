#include "cli/sealed_keys.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/prompt.h"
#include "core/file.h"
#include "core/limits.h"
#include "core/mem.h"

#define FOLDER "sealed"

/* sealed/ID.key in memory of mem_alloc. */
static char *
path_of(const struct cli *cli, const struct record_id *id)
{
    char name[sizeof(FOLDER "/.key") + RECORD_ID_TEXT_SIZE];
    char text[RECORD_ID_TEXT_SIZE];

    record_id_format(id, text);
    (void)snprintf(name, sizeof(name), FOLDER "/%s.key", text);
    return home_path(cli, name);
}

/* The folder, and its name in the home, on the disk. */
static enum status
make_folder(struct cli *cli)
{
    char *folder = home_path(cli, FOLDER);
    enum status status =
        folder == NULL ? STATUS_NO_MEMORY : file_make_directory(folder);

    if (status == STATUS_OK)
        status = file_sync_directory(cli->home);
    mem_free(folder);
    return status;
}

int
sealed_keys_keep(struct cli *cli, const struct record_id *id,
                 const uint8_t key[SEALED_KEY_SIZE])
{
    char line[KEY_LINE_TEXT_SIZE];
    enum status status;
    char *path;
    int code = home_make(cli);

    if (code != CLI_DONE)
        return code;
    path = path_of(cli, id);
    if (path == NULL)
        return cli_fail_memory(cli);
    key_line_format(line, id, key);
    line[KEY_LINE_TEXT_SIZE - 1] = '\n';
    status = make_folder(cli);
    if (status == STATUS_OK)
        status = file_write(path, byte_view_of(line, KEY_LINE_TEXT_SIZE), 0600);
    mem_wipe(line, sizeof(line));
    if (status != STATUS_OK)
        code = cli_fail_file(cli, status, _("cannot write"), path);
    mem_free(path);
    return code;
}

void
sealed_keys_remove(struct cli *cli, const struct record_id *id)
{
    char *path = path_of(cli, id);

    if (path != NULL)
        (void)unlink(path);
    mem_free(path);
}

/* The key for id in text. */
static enum status
take(uint8_t key[SEALED_KEY_SIZE], struct byte_view text,
     const struct record_id *id)
{
    struct key_line line;
    enum status status = key_line_find(&line, text);

    if (status == STATUS_OK && !key_line_is_of(&line, id))
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        memcpy(key, line.key, SEALED_KEY_SIZE);
    mem_wipe(&line, sizeof(line));
    return status;
}

static void
wipe(struct byte_buf *text)
{
    if (text->size > 0)
        mem_wipe(text->data, text->size);
    byte_buf_release(text);
}

int
sealed_keys_find(struct cli *cli, const struct record_id *id,
                 uint8_t key[SEALED_KEY_SIZE], bool *found)
{
    struct byte_buf text;
    enum status status;
    char *path;
    int code = home_find(cli);

    *found = false;
    if (code != CLI_DONE)
        return code;
    path = path_of(cli, id);
    if (path == NULL)
        return cli_fail_memory(cli);
    byte_buf_init(&text, KEY_LINE_INPUT_MAX);
    status = file_read(&text, path);
    if (status == STATUS_OK) {
        status = take(key, byte_view_of_buf(&text), id);
        *found = status == STATUS_OK;
        if (!*found)
            cli_warn(cli, _("'%s' does not hold the key that it should"), path);
    } else if (status != STATUS_NOT_FOUND) {
        cli_warn(cli, _("cannot read '%s'"), path);
    }
    wipe(&text);
    mem_free(path);
    return CLI_DONE;
}

/* What is typed is read as a line: a person knows no other end. */
static enum status
ask(struct byte_buf *text)
{
    char line[1024];
    enum status status = STATUS_OK;

    if (prompt_line(_("Key line: "), line, sizeof(line)))
        status = byte_buf_append(text, byte_view_of_text(line));
    mem_wipe(line, sizeof(line));
    return status;
}

static enum status
read_input(struct byte_buf *text, const char *path)
{
    if (strcmp(path, "-") != 0)
        return file_read(text, path);
    return prompt_can_ask() ? ask(text)
                            : file_read_descriptor(text, STDIN_FILENO);
}

int
sealed_keys_read(struct cli *cli, const char *path, const struct record_id *id,
                 uint8_t key[SEALED_KEY_SIZE])
{
    struct byte_buf text;
    enum status status;
    int code = CLI_DONE;

    byte_buf_init(&text, KEY_LINE_INPUT_MAX);
    status = read_input(&text, path);
    if (status != STATUS_OK && status != STATUS_TOO_LARGE) {
        wipe(&text);
        return cli_fail_file(cli, status, _("cannot read"), path);
    }
    if (status == STATUS_OK)
        status = take(key, byte_view_of_buf(&text), id);
    if (status == STATUS_NO_MEMORY)
        code = cli_fail_memory(cli);
    else if (status == STATUS_NOT_FOUND)
        code =
            cli_fail(cli, CLI_KEY, NULL,
                     _("the key line in '%s' is that of another record"), path);
    else if (status != STATUS_OK)
        code = cli_fail(cli, CLI_KEY, NULL,
                        _("'%s' holds no key line (p2pub1 opens ...), or not "
                          "every character of it is right"),
                        path);
    wipe(&text);
    return code;
}
