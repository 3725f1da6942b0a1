#include <string.h>

#include "bundles/cosign.h"
#include "bundles/revoke.h"
#include "bundles/vouch.h"
#include "bundles/withdraw.h"
#include "cli/i18n.h"
#include "cli/render.h"
#include "cli/render_sealed.h"
#include "cli/render_sequence.h"

/* Who. */

static void
render_first_line(struct render *render, const struct verdict *verdict)
{
    const struct verdict_signer *signer = &verdict->signer;

    render_standing(render, verdict->standing, RENDER_LABEL_COLUMNS);
    switch (verdict->standing) {
    case VERDICT_UNKNOWN:
        render_words(render, render_lineage_unknown(&verdict->lineage));
        break;
    case VERDICT_FAULTY:
        render_words(render, _("files that are not what was signed"));
        break;
    case VERDICT_NEWER:
        render_words(render, _("needs a newer p2pub to be shown"));
        break;
    case VERDICT_VERIFIED:
        if (signer->name[0] == '\0')
            render_words(render, _("signed by the key that you gave"));
        else
            render_signer_name(render, signer);
        if (signer->trust == TRUST_OWN)
            render_words(render, _(" (your own key)"));
        break;
    }
    render_words(render, "\n");
}

static void
render_signer(struct render *render, const struct verdict *verdict)
{
    const struct verdict_signer *signer = &verdict->signer;
    char key[KEY_STRING_SIZE];

    if (verdict->standing != VERDICT_VERIFIED && signer->name[0] != '\0') {
        render_label(render, _("signed by"));
        render_signer_name(render, signer);
        render_words(render, "\n");
    }
    render_alike(render, &verdict->vouches);
    render_vouches(render, &verdict->vouches);
    render_line(render, _("words"), signer->words);
    if (signer->claim[0] != '\0' && strcmp(signer->claim, signer->name) != 0)
        render_line_of_text(render, _("calls itself"),
                            byte_view_of_text(signer->claim));
    key_public_format(&signer->key, key);
    render_line(render, _("key"), key);
    switch (signer->identity) {
    case VERDICT_IDENTITY_NONE:
        render_line(render, _("identity"),
                    _("none has arrived; the words are the key's"));
        break;
    case VERDICT_IDENTITY_MISSING:
        render_line(render, _("identity"),
                    signer->trust == TRUST_VOUCHED
                        ? _("the one that is vouched for has not arrived")
                        : _("the one that you follow has not arrived"));
        break;
    case VERDICT_IDENTITY_SEVERAL:
        render_line(render, _("identity"),
                    _("this key signed more than one; the words are the "
                      "key's"));
        break;
    case VERDICT_IDENTITY_FOUND:
        if (signer->trust == TRUST_FOLLOWED)
            render_line(render, _("identity"),
                        _("not pinned: compare the words, and follow again"));
        break;
    case VERDICT_IDENTITY_PINNED:
        break;
    }
}

/* What else is known. */

static void
render_around(struct render *render, const struct verdict *verdict)
{
    render_replacements(render, verdict);
    render_translations(render, verdict);
    render_sequence(render, verdict);
}

/* The statement itself. */

static void
render_file(struct render *render, const struct record_file *file, bool is_here)
{
    render_label(render, statement_is_text(file) ? _("text") : _("file"));
    render_text(render, file->name, 0);
    render_words(render, "  ");
    if (statement_is_text(file))
        render_text(render, file->language, 0);
    else
        render_text(render, file->type, 0);
    render_words(render, "  ");
    render_number(render, file->size);
    render_words(render, is_here ? _(" octets\n") : _(" octets, not here\n"));
}

static void
render_statement(struct render *render, const struct subject *subject)
{
    const struct statement *statement = &subject->statement;
    const struct record_fields *fields = record_fields(subject->record);

    render_line_of_text(
        render, _("title"),
        statement_title_in(statement, subject->record, render->language));
    render_replaces(render, subject);
    render_translates(render, subject);
    render_heads(render, &subject->verdict);
    for (size_t i = 0; i < fields->file_count; i++)
        render_file(render, &fields->files[i], subject_has_file(subject, i));
}

/* What a record says about another one. */
static void
render_answer(struct render *render, const struct record *record)
{
    struct withdraw withdraw;
    struct revoke revoke;
    struct cosign cosign;
    struct vouch vouch;

    if (cosign_read(&cosign, record) == STATUS_OK) {
        render_label(render, _("signs"));
        render_id(render, &cosign.signs, RENDER_ID_DIGITS);
        render_words(render, "\n");
        for (size_t i = 0; i < cosign.name_count; i++)
            render_line_of_text(render, _("checked"), cosign.names[i]);
    } else if (withdraw_read(&withdraw, record) == STATUS_OK) {
        render_label(render, _("withdraws"));
        render_id(render, &withdraw.withdraws, RENDER_ID_DIGITS);
        render_words(render, "\n");
        render_line_of_text(render, _("reason"), withdraw.reason);
    } else if (revoke_read(&revoke, record) == STATUS_OK) {
        render_line_of_text(render, _("reason"), revoke.reason);
    } else if (vouch_read(&vouch, record) == STATUS_OK) {
        render_vouch(render, &vouch);
    } else {
        render_sealed_lines(render, record);
    }
}

void
render_verdict(struct render *render, const struct subject *subject,
               bool with_content)
{
    const struct record_fields *fields = record_fields(subject->record);

    render_first_line(render, &subject->verdict);
    render_withdrawn(render, &subject->verdict, with_content);
    render_replaced(render, &subject->verdict);
    render_revoked(render, &subject->verdict, with_content);
    render_lineage(render, &subject->verdict);
    render_signer(render, &subject->verdict);
    if (record_kind(subject->record) != RECORD_STATEMENT)
        render_line_of_text(render, _("kind"), fields->kind);
    render_label(render, _("date"));
    render_day(render, fields->date);
    render_words(render, _(", as its author says\n"));
    render_label(render, _("ID"));
    render_id(render, record_id(subject->record), RECORD_ID_TEXT_SIZE - 1);
    render_words(render, "\n");
    render_around(render, &subject->verdict);
    if (with_content)
        render_signatories(render, subject);
    if (with_content && subject->has_statement)
        render_statement(render, subject);
    else if (with_content)
        render_answer(render, subject->record);
}
