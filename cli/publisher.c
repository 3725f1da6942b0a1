#include "cli/publisher.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "bundles/identity.h"
#include "bundles/parcel.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/likeness.h"
#include "cli/parcel_fault.h"
#include "core/file.h"
#include "core/keyfile.h"
#include "core/limits.h"
#include "core/mem.h"

/* What a key string begins with; nobody calls a file so. */
#define KEY_STRING_BEGINNING "RW"

static bool
is_folder(const char *path)
{
    struct stat facts;

    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

/* A file that holds no public key: say what it seems to be. */
static int
fail_no_key(struct cli *cli, const char *path, struct byte_view text)
{
    bool encrypted;

    if (keyfile_is_encrypted(&encrypted, text) == STATUS_OK)
        return cli_fail(cli, CLI_KEY, NULL,
                        _("'%s' is a secret key, which only its owner should "
                          "have; ask for the public one (.pub)"),
                        path);
    switch (likeness_of(path)) {
    case LIKE_EMPTY:
        return cli_fail(cli, CLI_KEY, NULL, _("'%s' is empty"), path);
    case LIKE_WEB_PAGE:
        return cli_fail(cli, CLI_KEY, NULL,
                        _("'%s' is a saved web page; fetch the file itself"),
                        path);
    case LIKE_SIGNATURE:
        return cli_fail(cli, CLI_KEY, NULL,
                        _("'%s' is a key that was cut or changed, or a "
                          "signature"),
                        path);
    case LIKE_HEADER:
    case LIKE_NOTHING:
        break;
    }
    return cli_fail(cli, CLI_KEY, NULL, _("'%s' holds no public key"), path);
}

static int
read_key_file(struct cli *cli, const char *path, struct key_public *out)
{
    struct byte_buf text;
    enum status status;
    int code = CLI_DONE;

    byte_buf_init(&text, KEYFILE_TEXT_MAX);
    status = file_read(&text, path);
    if (status == STATUS_OK &&
        keyfile_read_public(out, byte_view_of_buf(&text)) != STATUS_OK)
        code = fail_no_key(cli, path, byte_view_of_buf(&text));
    else if (status == STATUS_TOO_LARGE)
        code = fail_no_key(cli, path, byte_view_of_text(""));
    else if (status != STATUS_OK)
        code = cli_fail_file(cli, status, _("cannot read"), path);
    /* It may have been a secret key. */
    if (text.data != NULL)
        mem_wipe(text.data, text.capacity);
    byte_buf_release(&text);
    return code;
}

int
publisher_read_key(struct cli *cli, const char *argument,
                   struct key_public *out)
{
    struct byte_view text = byte_view_of_text(argument);
    struct stat facts;

    if (keyfile_read_public(out, text) == STATUS_OK)
        return CLI_DONE;
    if (byte_view_starts_with(text, KEY_STRING_BEGINNING) &&
        stat(argument, &facts) != 0 && errno == ENOENT)
        return cli_fail(cli, CLI_KEY, NULL,
                        _("'%s' is no key: it was cut or mistyped"), argument);
    return read_key_file(cli, argument, out);
}

/* Take the identity record in the folder, or beside the header, at path. */
static int
read_identity(struct cli *cli, const char *path, struct publisher *out)
{
    struct parcel_fault fault = {""};
    struct parcel *parcel = NULL;
    const struct record *record;
    struct identity identity;
    char attempt[KEY_STRING_SIZE + 16];
    char key[KEY_STRING_SIZE];
    enum status status = parcel_open(&parcel, path, &fault);
    int code = CLI_DONE;

    if (status != STATUS_OK)
        return parcel_fault_say(cli, status, &fault);
    record = parcel_record(parcel);
    out->key = record_fields(record)->key;
    key_public_format(&out->key, key);
    (void)snprintf(attempt, sizeof(attempt), "p2pub follow %s", key);
    /* No honest program makes such a key; checked as one that was typed. */
    if (keyfile_read_public(&out->key, byte_view_of_text(key)) != STATUS_OK)
        code =
            cli_fail(cli, CLI_KEY, NULL,
                     _("the key of the identity in '%s' is a bad one"), path);
    else if (record_kind(record) != RECORD_IDENTITY)
        code = cli_fail(cli, CLI_USAGE, attempt,
                        _("'%s' is no identity, but something else that a key "
                          "signed"),
                        path);
    else if (identity_read(&identity, record) != STATUS_OK)
        code = cli_fail(cli, CLI_FAILED, attempt,
                        _("the identity in '%s' needs a newer p2pub"), path);
    else if (identity.version != 1)
        code = cli_fail(cli, CLI_USAGE, NULL,
                        _("the identity in '%s' is version %lu: version 1 is "
                          "what is followed"),
                        path, (unsigned long)identity.version);
    else
        out->identity = record_keep(parcel_record(parcel));
    parcel_free(parcel);
    return code;
}

int
publisher_read(struct cli *cli, const char *argument, struct publisher *out)
{
    memset(out, 0, sizeof(*out));
    if (is_folder(argument) || likeness_of(argument) == LIKE_HEADER)
        return read_identity(cli, argument, out);
    return publisher_read_key(cli, argument, &out->key);
}

int
publisher_signer(struct cli *cli, const struct publisher *publisher,
                 const struct trust *trust, struct verdict_signer *out)
{
    const struct record *given = publisher->identity;
    struct store *store = NULL;
    struct identity identity;
    enum status status;
    int code = CLI_DONE;

    if (given == NULL && home_has_store(cli))
        code = home_open_store(cli, HOME_READ, &store);
    if (code != CLI_DONE)
        return code;
    status = verdict_signer(out, store, trust, &publisher->key);
    store_free(store);
    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
    if (given != NULL && identity_read(&identity, given) == STATUS_OK) {
        out->identity = VERDICT_IDENTITY_FOUND;
        out->identity_id = *record_id(given);
        memcpy(out->claim, identity.name.data, identity.name.size);
        out->claim[identity.name.size] = '\0';
        words_fingerprint(out->words, out->identity_id.octets);
    }
    return CLI_DONE;
}

/* In lines of four: a telephone's 40 columns are not to break one that is
 * compared. */
void
publisher_say_words(const char *words)
{
    size_t size;

    for (int i = 0; *words != '\0'; i++) {
        size = strcspn(words, " ");
        (void)fprintf(stderr, "%s%.*s",
                      i == 0       ? "  "
                      : i % 4 == 0 ? "\n  "
                                   : " ",
                      (int)size, words);
        words += size + (words[size] == ' ' ? 1 : 0);
    }
    (void)fprintf(stderr, "\n\n");
}

void
publisher_release(struct publisher *publisher)
{
    record_free(publisher->identity);
    publisher->identity = NULL;
}
