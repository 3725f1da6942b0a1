#include "cli/keyring.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/home.h"
#include "cli/i18n.h"
#include "core/file.h"
#include "core/keyfile.h"
#include "core/mem.h"
#include "core/text.h"

#define KEYS_FOLDER   "keys"
#define SECRET_ENDING ".key"
#define PUBLIC_ENDING ".pub"

/* A failure that has no words but its status's. */
static int
fail_status(struct cli *cli, enum status status)
{
    return cli_fail(cli, CLI_FAILED, NULL, "%s", _(status_text(status)));
}

bool
keyring_is_name(const char *name)
{
    struct byte_view view = byte_view_of_text(name);

    return view.size >= 1 && view.size <= TRUST_NAME_MAX &&
           text_is_line(view) && strchr(name, '/') == NULL && name[0] != '.' &&
           name[0] != '-';
}

/* keys/NAME and an ending, in memory of mem_alloc. */
static char *
path_of(const struct cli *cli, const char *name, const char *ending)
{
    char file[sizeof(KEYS_FOLDER "/") + TRUST_NAME_MAX + sizeof(".key")];

    snprintf(file, sizeof(file), KEYS_FOLDER "/%s%s", name, ending);
    return home_path(cli, file);
}

/* What stands before the ending .pub; false if there is none, or no name. */
static bool
name_of_file(char name[TRUST_NAME_MAX + 1], const char *file)
{
    size_t size = strlen(file);
    size_t ending = strlen(PUBLIC_ENDING);

    if (size <= ending || size - ending > TRUST_NAME_MAX ||
        strcmp(file + size - ending, PUBLIC_ENDING) != 0)
        return false;
    memcpy(name, file, size - ending);
    name[size - ending] = '\0';
    return keyring_is_name(name);
}

/* Append a small file of the keyring to out. */
static enum status
read_key_file(struct byte_buf *out, const struct cli *cli, const char *name,
              const char *ending)
{
    char *path = path_of(cli, name, ending);
    enum status status = path == NULL ? STATUS_NO_MEMORY : file_read(out, path);

    mem_free(path);
    return status;
}

/* Fill in entry, whose name is set. */
static enum status
read_entry(const struct cli *cli, struct keyring_entry *entry)
{
    struct byte_buf text;
    enum status status;

    byte_buf_init(&text, KEYFILE_TEXT_MAX);
    status = read_key_file(&text, cli, entry->name, PUBLIC_ENDING);
    if (status == STATUS_OK)
        status = keyfile_read_public(&entry->key, byte_view_of_buf(&text));
    if (status == STATUS_OK) {
        byte_buf_clear(&text);
        entry->has_secret =
            read_key_file(&text, cli, entry->name, SECRET_ENDING) == STATUS_OK;
        if (entry->has_secret)
            status = keyfile_is_encrypted(&entry->is_encrypted,
                                          byte_view_of_buf(&text));
        if (text.size > 0)
            mem_wipe(text.data, text.size);
    }
    byte_buf_release(&text);
    return status;
}

static enum status
append_entry(struct keyring *keyring, const struct keyring_entry *entry)
{
    void *grown =
        mem_resize(keyring->entries, (keyring->count + 1) * sizeof(*entry));

    if (grown == NULL)
        return STATUS_NO_MEMORY;
    keyring->entries = grown;
    keyring->entries[keyring->count++] = *entry;
    return STATUS_OK;
}

/* One name in the folder; what cannot be read is named and passed over. */
static enum status
on_file(struct cli *cli, struct keyring *keyring, const char *file)
{
    struct keyring_entry entry;
    enum status status;

    memset(&entry, 0, sizeof(entry));
    if (!name_of_file(entry.name, file))
        return STATUS_OK;
    status = read_entry(cli, &entry);
    if (status == STATUS_OK)
        return append_entry(keyring, &entry);
    if (status != STATUS_NO_MEMORY) {
        cli_warn(cli, _("'%s/" KEYS_FOLDER "/%s' is passed over: %s"),
                 cli->home, file, _(status_text(status)));
        status = STATUS_OK;
    }
    return status;
}

static int
compare_entries(const void *a, const void *b)
{
    const struct keyring_entry *left = a;
    const struct keyring_entry *right = b;

    return strcmp(left->name, right->name);
}

int
keyring_load(struct cli *cli, struct keyring *out)
{
    const struct dirent *entry;
    enum status status = STATUS_OK;
    DIR *directory;
    char *path;
    int code = home_find(cli);

    memset(out, 0, sizeof(*out));
    if (code != CLI_DONE)
        return code;
    path = home_path(cli, KEYS_FOLDER);
    if (path == NULL)
        return cli_fail_memory(cli);
    directory = opendir(path);
    if (directory == NULL) {
        if (errno != ENOENT && errno != ENOTDIR)
            code = cli_fail_file(cli, file_status_of_errno(errno),
                                 _("cannot read"), path);
        mem_free(path);
        return code;
    }
    while (status == STATUS_OK && (entry = readdir(directory)) != NULL)
        status = on_file(cli, out, entry->d_name);
    (void)closedir(directory);
    mem_free(path);
    if (out->count > 0)
        qsort(out->entries, out->count, sizeof(out->entries[0]),
              compare_entries);
    return status == STATUS_OK ? CLI_DONE : fail_status(cli, status);
}

void
keyring_release(struct keyring *keyring)
{
    mem_free(keyring->entries);
    memset(keyring, 0, sizeof(*keyring));
}

static int
fail_several(struct cli *cli, const struct keyring *keyring)
{
    char attempt[TRUST_NAME_MAX + 64];

    if (cli->verb != NULL)
        snprintf(attempt, sizeof(attempt), "p2pub %s %s '%s'",
                 cli->command->name, cli->verb, keyring->entries[0].name);
    else
        snprintf(attempt, sizeof(attempt), "p2pub %s --as '%s' ...",
                 cli->command->name, keyring->entries[0].name);
    return cli_fail(cli, CLI_USAGE, attempt,
                    _("there are %zu keys: which one?"), keyring->count);
}

int
keyring_choose(struct cli *cli, const struct keyring *keyring, const char *name,
               const struct keyring_entry **out)
{
    *out = NULL;
    if (name == NULL && keyring->count > 1)
        return fail_several(cli, keyring);
    for (size_t i = 0; i < keyring->count; i++)
        if (name == NULL || strcmp(keyring->entries[i].name, name) == 0)
            *out = &keyring->entries[i];
    if (*out != NULL)
        return CLI_DONE;
    if (name == NULL)
        return cli_fail(cli, CLI_KEY, "p2pub keys new",
                        _("there is no key in '%s'"), cli->home);
    return cli_fail(cli, CLI_KEY, "p2pub keys list",
                    _("there is no key called '%s'"), name);
}

/* Open the text of a secret key file, asking if it is encrypted. */
static int
unlock_text(struct cli *cli, const struct prompt_source *source,
            const struct keyring_entry *entry, struct byte_view text,
            struct key_secret **out)
{
    struct prompt_secret passphrase = {NULL, 0};
    enum status status;
    int code = CLI_DONE;

    if (entry->is_encrypted)
        code = prompt_passphrase(cli, source, PROMPT_CURRENT, entry->name,
                                 &passphrase);
    if (code != CLI_DONE)
        return code;
    status = keyfile_read_secret(
        out, text, byte_view_of(passphrase.text, passphrase.size));
    prompt_secret_release(&passphrase);
    if (status == STATUS_OK)
        return CLI_DONE;
    if (status == STATUS_NO_MEMORY)
        return cli_fail(cli, CLI_KEY, NULL,
                        _("there is too little memory to open the key "
                          "'%s'"),
                        entry->name);
    return cli_fail(cli, CLI_KEY, NULL, _("the key '%s': %s"), entry->name,
                    _(status_text(status)));
}

int
keyring_unlock(struct cli *cli, const struct prompt_source *source,
               const struct keyring_entry *entry, struct key_secret **out)
{
    struct byte_buf text;
    enum status status;
    int code;

    *out = NULL;
    if (!entry->has_secret)
        return cli_fail(cli, CLI_KEY, "p2pub publish --prepare DIR FILE",
                        _("the secret half of the key '%s' is not here"),
                        entry->name);
    byte_buf_init(&text, KEYFILE_TEXT_MAX);
    status = read_key_file(&text, cli, entry->name, SECRET_ENDING);
    if (status == STATUS_OK)
        code = unlock_text(cli, source, entry, byte_view_of_buf(&text), out);
    else
        code = cli_fail(cli, CLI_KEY, NULL, _("the key '%s': %s"), entry->name,
                        _(status_text(status)));
    if (text.size > 0)
        mem_wipe(text.data, text.size);
    byte_buf_release(&text);
    if (code == CLI_DONE &&
        !key_author_equal(&(*out)->public_key.author, &entry->key.author)) {
        key_secret_free(*out);
        *out = NULL;
        code = cli_fail(cli, CLI_KEY, NULL,
                        _("'%s.key' and '%s.pub' are of two keys"), entry->name,
                        entry->name);
    }
    return code;
}

/* Make the folder of keys. */
static int
make_folder(struct cli *cli)
{
    char *path = NULL;
    enum status status;
    int code = home_make(cli);

    if (code != CLI_DONE)
        return code;
    path = home_path(cli, KEYS_FOLDER);
    status = path == NULL ? STATUS_NO_MEMORY : file_make_directory(path);
    if (status != STATUS_OK)
        code = cli_fail_file(cli, status, _("cannot make"),
                             path == NULL ? KEYS_FOLDER : path);
    mem_free(path);
    return code;
}

static int
fail_taken(struct cli *cli, const char *name)
{
    return cli_fail(cli, CLI_KEY, "p2pub keys list",
                    _("there is a key called '%s'"), name);
}

/* Write one half; new ones never replace. */
static int
write_half(struct cli *cli, const char *name, const char *ending,
           struct byte_view text, bool is_new)
{
    char *path = path_of(cli, name, ending);
    unsigned mode = strcmp(ending, SECRET_ENDING) == 0 ? 0600 : 0644;
    enum status status = STATUS_NO_MEMORY;
    int code = CLI_DONE;

    if (path != NULL)
        status = is_new ? file_write_new(path, text, mode)
                        : file_write(path, text, mode);
    if (status == STATUS_EXISTS)
        code =
            cli_fail(cli, CLI_KEY, NULL, _("there is a key called '%s'"), name);
    else if (status != STATUS_OK)
        code = cli_fail_file(cli, status, _("cannot write"),
                             path == NULL ? "" : path);
    mem_free(path);
    return code;
}

int
keyring_check_free(struct cli *cli, const char *name)
{
    static const char *const endings[] = {SECRET_ENDING, PUBLIC_ENDING};
    struct stat facts;
    int code = home_find(cli);

    if (code != CLI_DONE)
        return code;
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        char *path = path_of(cli, name, endings[i]);
        bool is_there = path != NULL && lstat(path, &facts) == 0;

        mem_free(path);
        if (path == NULL)
            return cli_fail_memory(cli);
        if (is_there)
            return fail_taken(cli, name);
    }
    return CLI_DONE;
}

int
keyring_add_files(struct cli *cli, const char *name,
                  const struct key_public *key, struct byte_view secret_text)
{
    struct byte_buf public_text;
    enum status status;
    int code = make_folder(cli);

    if (code != CLI_DONE)
        return code;
    byte_buf_init(&public_text, KEYFILE_TEXT_MAX);
    status = keyfile_write_public(&public_text, key);
    if (status != STATUS_OK)
        code = fail_status(cli, status);
    /* The secret half first: a public half alone would be another thing. */
    if (code == CLI_DONE && secret_text.size > 0)
        code = write_half(cli, name, SECRET_ENDING, secret_text, true);
    if (code == CLI_DONE)
        code = write_half(cli, name, PUBLIC_ENDING,
                          byte_view_of_buf(&public_text), true);
    byte_buf_release(&public_text);
    return code;
}

/* Append the secret key file; a word of what scrypt needs where it fails. */
static int
encrypt(struct cli *cli, struct byte_buf *text, const struct key_secret *secret,
        struct byte_view passphrase)
{
    enum status status =
        keyfile_write_secret(text, secret, passphrase, &cli->entropy);

    if (status == STATUS_NO_MEMORY)
        return cli_fail(cli, CLI_KEY, NULL,
                        _("encrypting a key needs %zu MiB of memory"),
                        KEYFILE_MEMORY_NEW / 1024 / 1024);
    return status == STATUS_OK ? CLI_DONE : fail_status(cli, status);
}

int
keyring_add(struct cli *cli, const char *name, const struct key_secret *secret,
            struct byte_view passphrase)
{
    struct byte_buf text;
    int code;

    byte_buf_init(&text, KEYFILE_TEXT_MAX);
    code = encrypt(cli, &text, secret, passphrase);
    if (code == CLI_DONE)
        code = keyring_add_files(cli, name, &secret->public_key,
                                 byte_view_of_buf(&text));
    if (text.size > 0)
        mem_wipe(text.data, text.size);
    byte_buf_release(&text);
    return code;
}

void
keyring_remove(struct cli *cli, const char *name)
{
    static const char *const endings[] = {PUBLIC_ENDING, SECRET_ENDING};

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        char *path = path_of(cli, name, endings[i]);

        if (path != NULL)
            (void)unlink(path);
        mem_free(path);
    }
}

int
keyring_change(struct cli *cli, const struct keyring_entry *entry,
               const struct key_secret *secret, struct byte_view passphrase)
{
    struct byte_buf text;
    int code;

    byte_buf_init(&text, KEYFILE_TEXT_MAX);
    code = encrypt(cli, &text, secret, passphrase);
    if (code == CLI_DONE)
        code = write_half(cli, entry->name, SECRET_ENDING,
                          byte_view_of_buf(&text), false);
    if (text.size > 0)
        mem_wipe(text.data, text.size);
    byte_buf_release(&text);
    return code;
}
