#include "cli/render.h"

#include "cli/i18n.h"

void
render_withdrawn(struct render *render, const struct verdict *verdict,
                 bool with_content)
{
    const struct withdrawal *withdrawn = &verdict->withdrawn;

    if (withdrawn->record == NULL)
        return;
    render_label(render, _("WITHDRAWN"));
    render_words(render, _("by its own author, on "));
    render_day(render, withdrawn->date);
    render_words(render, "\n");
    if (with_content)
        render_line_of_text(render, _("reason"), withdrawn->reason);
}

void
render_revoked(struct render *render, const struct verdict *verdict,
               bool with_content)
{
    const struct revocation *revoked = &verdict->revoked;

    if (revoked->record == NULL)
        return;
    render_label(render, _("REVOKED"));
    render_words(render, _("this key was revoked by whoever held it, on "));
    render_day(render, revoked->date);
    render_words(render, "\n");
    if (!record_id_equal(record_id(revoked->record), &verdict->id))
        render_line(render, "",
                    revoked->is_early
                        ? _("this came here before that was known")
                        : _("this came here after that was known"));
    if (with_content && revoked->reason.size > 0)
        render_line_of_text(render, _("reason"), revoked->reason);
}

/* "5 of 7 named signatories have signed, 1 withdrew, 1 not seen". */
static void
render_counts(struct render *render, const struct signatories *signatories)
{
    size_t unseen = signatories->named_count - signatories->named_signed -
                    signatories->named_withdrawn;

    render_label(render, _("signatories"));
    render_number(render, signatories->named_signed);
    render_words(render, _(" of "));
    render_number(render, signatories->named_count);
    render_words(render, P_(" named signatory has signed",
                            " named signatories have signed",
                            signatories->named_count));
    if (signatories->named_withdrawn > 0) {
        render_words(render, ", ");
        render_number(render, signatories->named_withdrawn);
        render_words(render, _(" withdrew"));
    }
    if (unseen > 0) {
        render_words(render, ", ");
        render_number(render, unseen);
        render_words(render, _(" not seen"));
    }
    render_words(render, "\n");
}

static void
render_checked(struct render *render, const struct signing *signing,
               const struct record_fields *fields)
{
    const char *before = _(", only ");

    if (!signing->is_partial)
        return;
    for (size_t i = 0; i < fields->file_count; i++) {
        if (!signing->checked[i])
            continue;
        render_words(render, before);
        render_text(render, fields->files[i].name, 0);
        before = ", ";
    }
}

/* The key, of one that the reader has no name for: it can be followed. */
static void
render_key(struct render *render, const struct signing *signing)
{
    char key[KEY_STRING_SIZE];

    if (signing->signer.name[0] != '\0')
        return;
    key_public_format(&signing->signer.key, key);
    render_line(render, "", key);
}

/* Who it is, and behind that what the author calls it. */
static void
render_signing(struct render *render, const struct signing *signing,
               const struct record_fields *fields)
{
    const char *label = _("not seen");

    if (signing->state == SIGNING_SIGNED)
        label = _("signed");
    else if (signing->state == SIGNING_WITHDRAWN)
        label = _("withdrew");
    render_label(render, label);
    render_signer_name(render, &signing->signer);
    render_checked(render, signing, fields);
    if (signing->claim.size > 0 && signing->signer.name[0] == '\0') {
        render_words(render, _("; its author calls it "));
        render_text(render, signing->claim, 0);
    }
    render_words(render, "\n");
    render_key(render, signing);
    if (signing->state == SIGNING_WITHDRAWN && signing->taken.record != NULL) {
        render_label(render, "");
        render_words(render, _("on "));
        render_day(render, signing->taken.date);
        render_words(render, ": ");
        render_text(render, signing->taken.reason, 0);
        render_words(render, "\n");
    }
}

static void
render_others(struct render *render, const struct signatories *signatories,
              const struct record_fields *fields)
{
    if (signatories->other_signed > 0) {
        render_label(render, _("others"));
        if (signatories->has_more)
            render_words(render, _("more than "));
        render_number(render, signatories->other_signed);
        render_words(render,
                     P_(" other key has signed", " other keys have signed",
                        signatories->other_signed));
        render_words(render, "\n");
    }
    /* Strangers cost nothing to make: only those that the reader knows have a
     * line. */
    for (size_t i = 0; i < signatories->other_count; i++)
        if (signatories->others[i].signer.trust != TRUST_UNKNOWN)
            render_signing(render, &signatories->others[i], fields);
}

void
render_signatories(struct render *render, const struct subject *subject)
{
    const struct signatories *signatories = &subject->verdict.signatories;
    const struct record_fields *fields = record_fields(subject->record);

    if (signatories->named_count > 0)
        render_counts(render, signatories);
    for (size_t i = 0; i < signatories->named_count; i++)
        render_signing(render, &signatories->named[i], fields);
    render_others(render, signatories, fields);
}
