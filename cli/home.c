#include "cli/home.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bundles/store_sqlite.h"
#include "bundles/vouches.h"
#include "cli/i18n.h"
#include "core/file.h"
#include "core/keyfile.h"
#include "core/limits.h"
#include "core/lock.h"
#include "core/mem.h"

#define STORE_NAME   "store.db"
#define FOLLOWS_NAME "follows"
#define LOCK_NAME    "lock"
#define KEYS_NAME    "keys"

/* A variable of the environment that is set and not empty, or NULL. */
static const char *
environment(const char *name)
{
    const char *value = getenv(name);

    return value == NULL || value[0] == '\0' ? NULL : value;
}

static char *
copy_text(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = mem_alloc(size);

    if (copy != NULL)
        memcpy(copy, text, size);
    return copy;
}

int
home_find(struct cli *cli)
{
    const char *whole = cli->home_option;
    const char *above = NULL;
    char *data = NULL;

    if (cli->home != NULL)
        return 0;
    if (whole == NULL)
        whole = environment("P2PUB_HOME");
    if (whole == NULL)
        whole = environment("STATE_DIRECTORY");
    if (whole != NULL) {
        cli->home = copy_text(whole);
        return cli->home == NULL ? cli_fail_memory(cli) : 0;
    }
    above = environment("XDG_DATA_HOME");
    /* The XDG specification has relative paths ignored. */
    if (above == NULL || above[0] != '/') {
        above = environment("HOME");
        if (above == NULL)
            return cli_fail(cli, CLI_FAILED, "p2pub --home FOLDER ...",
                            _("neither HOME nor P2PUB_HOME is set"));
        data = file_join(above, ".local/share");
        above = data;
    }
    if (above != NULL)
        cli->home = file_join(above, "p2pub");
    mem_free(data);
    return cli->home == NULL ? cli_fail_memory(cli) : 0;
}

char *
home_path(const struct cli *cli, const char *name)
{
    return file_join(cli->home, name);
}

int
home_make(struct cli *cli)
{
    int failed = home_find(cli);
    enum status status;

    if (failed != 0)
        return failed;
    status = file_make_directory(cli->home);
    if (status != STATUS_OK)
        return cli_fail_file(cli, status, _("cannot make the folder"),
                             cli->home);
    return 0;
}

bool
home_has_store(const struct cli *cli)
{
    char *path = home_path(cli, STORE_NAME);
    struct stat found;
    bool there = path != NULL && stat(path, &found) == 0;

    mem_free(path);
    return there;
}

int
home_open_store(struct cli *cli, enum home_access access, struct store **out)
{
    struct store_sqlite_options options = {
        .read_only = access == HOME_READ,
        .create = access == HOME_WRITE,
        .entropy = &cli->entropy,
    };
    char *path = NULL;
    enum status status;
    int failed;

    *out = NULL;
    failed = access == HOME_WRITE ? home_make(cli) : home_find(cli);
    if (failed != 0)
        return failed;
    path = home_path(cli, STORE_NAME);
    if (path == NULL)
        return cli_fail_memory(cli);
    status = store_sqlite_open(out, path, &options);
    if (status == STATUS_DENIED && options.read_only) {
        /* Somebody was cut off in the middle of a change: whoever may write
         * there takes it back first. */
        options.read_only = false;
        status = store_sqlite_open(out, path, &options);
    }
    mem_free(path);
    if (status == STATUS_TOO_LARGE)
        return cli_fail(cli, CLI_STORE, "p2pub --home FOLDER ...",
                        _("the path '%s' is too long for a store: at most "
                          "%zu octets"),
                        cli->home, STORE_PATH_MAX - sizeof("/" STORE_NAME));
    return status == STATUS_OK ? 0 : cli_fail_store(cli, status);
}

int
home_read(struct cli *cli, const char *name, struct byte_buf *out)
{
    enum status status;
    char *path;
    int failed = home_find(cli);

    if (failed != 0)
        return failed;
    path = home_path(cli, name);
    if (path == NULL)
        return cli_fail_memory(cli);
    status = file_read(out, path);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        failed = cli_fail_file(cli, status, _("cannot read"), path);
    mem_free(path);
    return failed;
}

int
home_lock(struct cli *cli, struct lock **out)
{
    enum status status;
    char *path;
    int failed = home_make(cli);

    *out = NULL;
    if (failed != 0)
        return failed;
    path = home_path(cli, LOCK_NAME);
    if (path == NULL)
        return cli_fail_memory(cli);
    status = lock_take(out, path, LOCK_ALONE, true);
    if (status != STATUS_OK)
        failed = cli_fail_file(cli, status, _("cannot write"), path);
    mem_free(path);
    return failed;
}

void
home_unlock(struct lock *lock)
{
    if (lock != NULL)
        lock_remove(lock);
    lock_free(lock);
}

int
home_write(struct cli *cli, const char *name, struct byte_view octets,
           unsigned mode)
{
    enum status status;
    char *path;
    int failed = home_make(cli);

    if (failed != 0)
        return failed;
    path = home_path(cli, name);
    if (path == NULL)
        return cli_fail_memory(cli);
    status = file_write(path, octets, mode);
    if (status != STATUS_OK)
        failed = cli_fail_file(cli, status, _("cannot write"), path);
    mem_free(path);
    return failed;
}

/* Add the public key in folder/name, if that is what it is. */
static enum status
trust_add_own(struct trust *trust, const char *folder, const char *name)
{
    size_t size = strlen(name);
    struct trust_entry entry = {.is_own = true};
    struct byte_buf text;
    char label[256];
    char *path;
    enum status status;

    if (size < 5 || size >= sizeof(label) ||
        strcmp(name + size - 4, ".pub") != 0)
        return STATUS_OK;
    path = file_join(folder, name);
    if (path == NULL)
        return STATUS_NO_MEMORY;
    byte_buf_init(&text, KEYFILE_TEXT_MAX);
    memcpy(label, name, size - 4);
    label[size - 4] = '\0';
    entry.name = label;
    status = file_read(&text, path);
    if (status == STATUS_OK)
        status = keyfile_read_public(&entry.key, byte_view_of_buf(&text));
    if (status == STATUS_OK)
        status = trust_add(trust, &entry);
    byte_buf_release(&text);
    mem_free(path);
    /* A file that is no key is not ours to judge here. */
    return status == STATUS_NO_MEMORY ? status : STATUS_OK;
}

static enum status
trust_add_all_own(struct cli *cli, struct trust *trust)
{
    char *folder = home_path(cli, KEYS_NAME);
    enum status status = STATUS_OK;
    const struct dirent *entry;
    DIR *directory;

    if (folder == NULL)
        return STATUS_NO_MEMORY;
    directory = opendir(folder);
    while (directory != NULL && status == STATUS_OK &&
           (entry = readdir(directory)) != NULL)
        status = trust_add_own(trust, folder, entry->d_name);
    if (directory != NULL)
        (void)closedir(directory);
    mem_free(folder);
    return status;
}

int
home_reopen_trust(struct cli *cli, struct trust **out)
{
    struct trust *trust = NULL;
    struct byte_buf text;
    enum status status;
    int failed;

    *out = NULL;
    byte_buf_init(&text, FOLLOWS_TEXT_MAX);
    failed = home_read(cli, FOLLOWS_NAME, &text);
    if (failed != 0)
        goto done;
    status = trust_new(&trust);
    if (status == STATUS_OK)
        status = trust_parse(trust, byte_view_of_buf(&text));
    if (status == STATUS_OK)
        status = trust_add_all_own(cli, trust);
    if (status != STATUS_OK) {
        failed = cli_fail(cli, CLI_FAILED, NULL, _("the file '%s/%s': %s"),
                          cli->home, FOLLOWS_NAME, status_text(status));
        goto done;
    }
    *out = trust;
    trust = NULL;

done:
    trust_free(trust);
    byte_buf_release(&text);
    return failed;
}

int
home_open_trust(struct cli *cli, struct trust **out)
{
    int failed = home_reopen_trust(cli, out);

    if (failed != 0)
        return failed;
    for (size_t line = trust_bad_line(*out, 0); line != 0;
         line = trust_bad_line(*out, line))
        cli_warn(cli,
                 _("line %zu of '%s/%s' is not understood; it counts for "
                   "nothing"),
                 line, cli->home, FOLLOWS_NAME);
    return 0;
}

int
home_load_vouches(struct cli *cli, struct trust *trust, struct store *store)
{
    const enum status status = vouches_load(trust, store);

    return status == STATUS_OK ? 0 : cli_fail_store(cli, status);
}

int
home_save_trust(struct cli *cli, const struct trust *trust)
{
    struct byte_buf text;
    enum status status;
    int failed;

    byte_buf_init(&text, FOLLOWS_TEXT_MAX);
    status = trust_write(&text, trust);
    if (status == STATUS_OK)
        failed = home_write(cli, FOLLOWS_NAME, byte_view_of_buf(&text), 0600);
    else if (status == STATUS_TOO_LARGE)
        failed = cli_fail(cli, CLI_FAILED, NULL,
                          _("the file '%s/%s' would be too large"), cli->home,
                          FOLLOWS_NAME);
    else
        failed = cli_fail_memory(cli);
    byte_buf_release(&text);
    return failed;
}
