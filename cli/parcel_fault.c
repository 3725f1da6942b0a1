#include "cli/parcel_fault.h"

#include <string.h>

#include "cli/i18n.h"
#include "cli/likeness.h"

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

/* A file that has no signature beside it: usually not the header at all. */
static int
say_missing(struct cli *cli, const struct parcel_fault *fault)
{
    static const char ending[] = ".minisig";
    struct parcel_fault signed_file = *fault;
    size_t size = strlen(fault->path);

    if (size >= sizeof(ending) &&
        strcmp(fault->path + size - (sizeof(ending) - 1), ending) == 0) {
        signed_file.path[size - (sizeof(ending) - 1)] = '\0';
        if (likeness_of(signed_file.path) != LIKE_HEADER)
            return say_malformed(cli, signed_file.path);
    }
    return cli_fail_file(cli, STATUS_NOT_FOUND, _("cannot read"), fault->path);
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
    case STATUS_NOT_FOUND:
        return say_missing(cli, fault);
    case STATUS_OK:
    case STATUS_NO_MEMORY:
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
