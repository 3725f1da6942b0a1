#include "cli/parcel_fault.h"

#include <stdbool.h>
#include <string.h>

#include "cli/i18n.h"
#include "core/bytes.h"
#include "core/file.h"

/* Octets of a file that are enough to see what it is. */
#define BEGINNING_SIZE ((size_t)512)

/* What a file seems to be that is not what it should be. */
enum likeness {
    LIKE_NOTHING,
    LIKE_EMPTY,
    LIKE_WEB_PAGE,
    LIKE_HEADER,
    LIKE_SIGNATURE
};

/* The beginning of a file. */
struct beginning {
    char text[BEGINNING_SIZE + 1];
    size_t size;
};

/* A file_sink that has enough soon. */
static enum status
on_piece(void *context, struct byte_view piece)
{
    struct beginning *beginning = context;
    size_t room = BEGINNING_SIZE - beginning->size;
    struct byte_view part = byte_view_slice(piece, 0, room);

    memcpy(beginning->text + beginning->size, part.data, part.size);
    beginning->size += part.size;
    return beginning->size < BEGINNING_SIZE ? STATUS_OK : STATUS_CANCELLED;
}

/* True if text begins with prefix, whatever the case of its letters. */
static bool
begins(const char *text, const char *prefix)
{
    for (; *prefix != '\0'; text++, prefix++) {
        char letter = *text;

        if (letter >= 'A' && letter <= 'Z')
            letter = (char)(letter - 'A' + 'a');
        if (letter != *prefix)
            return false;
    }
    return true;
}

static enum likeness
likeness_of(const char *path)
{
    struct beginning beginning = {.size = 0};
    const char *text = beginning.text;
    enum status status = file_read_pieces(path, on_piece, &beginning);

    if (status != STATUS_OK && status != STATUS_CANCELLED)
        return LIKE_NOTHING;
    if (beginning.size == 0)
        return LIKE_EMPTY;
    text += strspn(text, " \t\r\n\357\273\277");
    if (begins(text, "<!doctype html") || begins(text, "<html") ||
        begins(text, "<head") || begins(text, "<?xml"))
        return LIKE_WEB_PAGE;
    if (begins(text, "p2pub1 "))
        return LIKE_HEADER;
    if (begins(text, "untrusted comment:"))
        return LIKE_SIGNATURE;
    return LIKE_NOTHING;
}

/* A header or a signature that is none. */
static int
say_malformed(struct cli *cli, const char *path)
{
    switch (likeness_of(path)) {
    case LIKE_EMPTY:
        return cli_fail(cli, CLI_NOT_VERIFIED, NULL,
                        _("NOT VERIFIED: '%s' is empty"), path);
    case LIKE_WEB_PAGE:
        return cli_fail(cli, CLI_NOT_VERIFIED, NULL,
                        _("NOT VERIFIED: '%s' is a saved web page; fetch the "
                          "file itself"),
                        path);
    case LIKE_HEADER:
        return cli_fail(cli, CLI_NOT_VERIFIED, NULL,
                        _("NOT VERIFIED: '%s' is a header that was cut or "
                          "changed"),
                        path);
    case LIKE_SIGNATURE:
        return cli_fail(cli, CLI_NOT_VERIFIED, NULL,
                        _("NOT VERIFIED: '%s' is a signature that was cut or "
                          "changed, or of another kind"),
                        path);
    case LIKE_NOTHING:
        break;
    }
    return cli_fail(cli, CLI_NOT_VERIFIED, NULL,
                    _("NOT VERIFIED: '%s' is no part of a signed statement"),
                    path);
}

int
parcel_fault_say(struct cli *cli, enum status status,
                 const struct parcel_fault *fault)
{
    const char *path = fault->path;

    switch (status) {
    case STATUS_MALFORMED:
    case STATUS_TOO_LARGE:
    case STATUS_NEWER:
        return say_malformed(cli, path);
    case STATUS_BAD_SIGNATURE:
        if (likeness_of(path) == LIKE_HEADER)
            return cli_fail(cli, CLI_NOT_VERIFIED, NULL,
                            _("NOT VERIFIED: '%s' was not signed by the key "
                              "that it names"),
                            path);
        return cli_fail(cli, CLI_NOT_VERIFIED, NULL,
                        _("NOT VERIFIED: '%s' is not what was signed: it was "
                          "cut or changed"),
                        path);
    case STATUS_OK:
    case STATUS_NO_MEMORY:
    case STATUS_NOT_FOUND:
    case STATUS_EXISTS:
    case STATUS_AMBIGUOUS:
    case STATUS_FULL:
    case STATUS_LOCKED:
    case STATUS_DAMAGED:
    case STATUS_WRONG_PASSPHRASE:
    case STATUS_DENIED:
    case STATUS_IO:
    case STATUS_CANCELLED:
        break;
    }
    return cli_fail_file(cli, status, _("cannot read"), path);
}
