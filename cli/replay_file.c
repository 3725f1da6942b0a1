#include "cli/replay_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "cli/cli_clock.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "core/file.h"
#include "core/mem.h"

#define REPLAY_NAME "relay.replay"

struct replay_file {
    struct replay *replay;
    char *path;
    int descriptor;
    struct day written; /* the day on which the file was last written whole */
};

struct replay *
replay_file_cache(struct replay_file *file)
{
    return file->replay;
}

/* Write the file whole in place of the old, and open it for appending. */
static enum status
write_whole(struct replay_file *file)
{
    struct byte_buf text;
    enum status status;

    byte_buf_init(&text, REPLAY_FILE_MAX);
    status = replay_save(file->replay, &text);
    if (status == STATUS_OK)
        status = file_write(file->path, byte_view_of_buf(&text), 0600);
    byte_buf_release(&text);
    if (status != STATUS_OK)
        return status;
    if (file->descriptor >= 0)
        (void)close(file->descriptor);
    file->descriptor = open(file->path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (file->descriptor < 0)
        return file_status_of_errno(errno);
    file->written = cli_clock_today();
    return STATUS_OK;
}

static int
load(struct cli *cli, struct replay_file *file, bool is_new)
{
    uint32_t hour = cli_clock_hour();
    struct byte_buf text;
    enum status status = STATUS_NOT_FOUND;
    int code;

    byte_buf_init(&text, REPLAY_FILE_MAX);
    code = home_read(cli, REPLAY_NAME, &text);
    if (code == 0 && text.size > 0)
        status = replay_load(file->replay, byte_view_of_buf(&text));
    if (code == 0 && status == STATUS_NO_MEMORY)
        code = cli_fail_memory(cli);
    if (code == 0 && status != STATUS_OK && !is_new) {
        cli_warn(cli,
                 _("'%s' is missing or damaged: callers that were on "
                   "their way are turned away, and those without a clock "
                   "until there is a new line"),
                 file->path);
        replay_lost(file->replay, hour);
    }
    byte_buf_release(&text);
    return code;
}

int
replay_file_open(struct cli *cli, const uint8_t secret[32], bool is_new,
                 struct replay_file **out)
{
    struct replay_file *file = mem_zalloc(1, sizeof(*file));
    enum status status;
    int code;

    *out = NULL;
    if (file == NULL)
        return cli_fail_memory(cli);
    file->descriptor = -1;
    file->path = home_path(cli, REPLAY_NAME);
    status = file->path == NULL
                 ? STATUS_NO_MEMORY
                 : replay_new(&file->replay, secret, &cli->entropy);
    code = status == STATUS_OK ? load(cli, file, is_new) : cli_fail_memory(cli);
    if (code == 0 && file->path != NULL) {
        status = write_whole(file);
        if (status != STATUS_OK)
            code = cli_fail_file(cli, status, _("cannot write"), file->path);
    }
    if (code != 0) {
        replay_file_close(file);
        return code;
    }
    *out = file;
    return 0;
}

void
replay_file_close(struct replay_file *file)
{
    if (file == NULL)
        return;
    if (file->descriptor >= 0)
        (void)close(file->descriptor);
    replay_free(file->replay);
    mem_free(file->path);
    mem_free(file);
}

enum status
replay_file_keep(void *context)
{
    struct replay_file *file = context;
    struct byte_buf *fresh = replay_fresh(file->replay);
    size_t written = 0;

    if (fresh->size == 0)
        return STATUS_OK;
    /* Once a day what is forgotten leaves the disk too. */
    if (cli_clock_today().number != file->written.number)
        return write_whole(file);
    while (written < fresh->size) {
        ssize_t size = write(file->descriptor, fresh->data + written,
                             fresh->size - written);

        if (size < 0 && errno != EINTR)
            return file_status_of_errno(errno);
        if (size > 0)
            written += (size_t)size;
    }
    byte_buf_clear(fresh);
    return fsync(file->descriptor) == 0 ? STATUS_OK
                                        : file_status_of_errno(errno);
}
