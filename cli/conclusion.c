#include "cli/conclusion.h"

#include <stdio.h>
#include <string.h>

#include "cli/document.h"
#include "cli/i18n.h"
#include "cli/publisher.h"
#include "core/limits.h"

static int
say_unknown(struct cli *cli, const struct subject *subject, const char *attempt)
{
    char key[KEY_STRING_SIZE];
    char following[KEY_STRING_SIZE + 16];

    if (subject->verdict.signer.trust != TRUST_UNKNOWN)
        return cli_fail(cli, CLI_NOT_FOLLOWED, attempt,
                        _("the signature holds, but whom you follow does not "
                          "have this for good"));
    key_public_format(&record_fields(subject->record)->key, key);
    (void)snprintf(following, sizeof(following), "p2pub follow %s", key);
    return cli_fail(cli, CLI_NOT_FOLLOWED,
                    attempt == NULL ? following : attempt,
                    _("the signature holds, but you do not follow the key"));
}

static int
say_missing(struct cli *cli, const struct subject *subject)
{
    const struct verdict *verdict = &subject->verdict;
    const struct record_file *files = record_fields(subject->record)->files;
    char name[RECORD_FILE_NAME_MAX + 1] = "";

    if (verdict->missing_count > 0) {
        struct byte_view view = files[verdict->missing[0]].name;

        memcpy(name, view.data, view.size);
    }
    if (verdict->missing_count > 1)
        return cli_fail(cli, CLI_NOT_FOUND, NULL,
                        _("'%s' and %zu more files have not arrived"), name,
                        verdict->missing_count - 1);
    return cli_fail(cli, CLI_NOT_FOUND, NULL, _("'%s' has not arrived"), name);
}

int
conclusion_say(struct cli *cli, const struct subject *subject,
               const char *attempt)
{
    const struct verdict *verdict = &subject->verdict;

    if (verdict->standing == VERDICT_FAULTY)
        return cli_fail(cli, CLI_NOT_VERIFIED, NULL,
                        _("NOT VERIFIED: its files are not what was signed"));
    if (verdict->standing == VERDICT_NEWER) {
        if (verdict->signer.trust == TRUST_UNKNOWN)
            return say_unknown(cli, subject, NULL);
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("the signature holds, but this needs a newer p2pub"));
    }
    if (verdict->standing == VERDICT_UNKNOWN)
        return say_unknown(cli, subject, attempt);
    return subject->state == STORE_COMPLETE ? CLI_DONE
                                            : say_missing(cli, subject);
}

int
conclusion_hold_key(struct cli *cli, struct subject *subject, const char *key)
{
    struct verdict *verdict = &subject->verdict;
    struct key_public given;
    int code = publisher_read_key(cli, key, &given);

    if (code != CLI_DONE)
        return code;
    if (!key_author_equal(&given.author, &verdict->signer.key.author))
        return cli_fail(cli, CLI_NOT_VERIFIED, NULL,
                        _("NOT VERIFIED: another key signed this than the one "
                          "that you gave"));
    if (verdict->standing == VERDICT_UNKNOWN &&
        !verdict_lineage_is_against(&verdict->lineage))
        verdict->standing = VERDICT_VERIFIED;
    return CLI_DONE;
}

void
conclusion_add(json_t *object, const struct subject *subject)
{
    const struct statement *statement =
        subject->has_statement ? &subject->statement : NULL;

    document_add_summary(object, subject->record, statement,
                         &subject->verdict.signer, subject->verdict.standing,
                         subject->state);
    document_add_verdict(object, subject->record, statement, &subject->verdict);
}

void
conclusion_add_failed(json_t *object)
{
    (void)json_object_set_new(object, "verdict", json_string("failed"));
}
