#include "cli/author_number.h"

#include <getopt.h>

#include "bundles/record.h"
#include "cli/i18n.h"
#include "cli/prompt.h"
#include "core/limits.h"
#include "core/text.h"

int
author_number_take(struct cli *cli, uint32_t *out)
{
    uint64_t number;

    if (text_decimal_parse(&number, RECORD_SEQUENCE_MAX,
                           byte_view_of_text(optarg)) != STATUS_OK ||
        number == 0)
        return cli_misused(cli, _("--sequence takes a number from 1 to %lu"),
                           (unsigned long)RECORD_SEQUENCE_MAX);
    *out = (uint32_t)number;
    return CLI_DONE;
}

int
author_number_fail(struct cli *cli, enum status status, uint32_t sequence)
{
    if (status == STATUS_EXISTS)
        return cli_fail(cli, CLI_FAILED, _("the same without --sequence"),
                        _("this key signed a record with number %lu already; "
                          "two with one number look like a stolen key"),
                        (unsigned long)sequence);
    if (sequence > 1)
        return cli_fail(cli, CLI_FAILED,
                        _("p2pub import FOLDER or p2pub sync, then the same "
                          "without --sequence"),
                        _("no record of this key before number %lu is here, "
                          "and a record names the one before it"),
                        (unsigned long)sequence);
    return cli_fail(cli, CLI_FAILED,
                    _("p2pub import FOLDER or p2pub sync; a key that never "
                      "signed for p2pub: --sequence 1"),
                    _("it is not known here which number this key signed "
                      "last"));
}

int
author_number_ask_to_merge(struct cli *cli, const struct store_sequence *fork)
{
    char id[RECORD_ID_TEXT_SIZE];

    if (!prompt_can_ask())
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("this key signed records that do not follow one "
                          "another; publish on a terminal to say whether all "
                          "are yours"));
    cli_warn(cli, _("this key signed records that do not follow one another:"));
    for (size_t i = 0; i < fork->previous_count; i++) {
        record_id_format(&fork->previous[i], id);
        cli_warn(cli, "  %s", id);
    }
    cli_warn(cli, _("if you did not sign one of them, somebody else has your "
                    "key"));
    if (!prompt_yes(_("Did you sign all of them? [y/N] ")))
        return cli_fail(cli, CLI_FAILED, NULL, _("nothing was signed"));
    return CLI_DONE;
}
