#include "cli/i18n.h"
#include "cli/render.h"

void
render_signer_name(struct render *render, const struct verdict_signer *signer)
{
    render_text(render, byte_view_of_text(verdict_signer_name(signer)), 0);
    if (signer->vouched_by[0] == '\0')
        return;
    render_words(render, _(", vouched for by "));
    render_text(render, byte_view_of_text(signer->vouched_by), 0);
}

void
render_vouches(struct render *render, const struct verdict_vouches *vouches)
{
    for (size_t i = 0; i < vouches->count && i < VERDICT_LINKS_MAX; i++) {
        const struct verdict_vouch *vouch = &vouches->vouches[i];

        /* The first stands with the name. */
        if (i > 0) {
            render_label(render, _("vouched for"));
            render_words(render, _("by "));
            render_text(render, byte_view_of_text(vouch->introducer), 0);
            render_words(render, _(", as "));
            render_text(render, byte_view_of_text(vouch->name), 0);
            render_words(render, "\n");
        }
        if (vouch->is_revoked) {
            render_label(render, _("REVOKED"));
            render_words(render, _("on "));
            render_day(render, vouch->revoked);
            render_words(render, _(", by whoever held it: the key of "));
            render_text(render, byte_view_of_text(vouch->introducer), 0);
            render_words(render, _(", which vouches for this one\n"));
        }
    }
}

void
render_alike(struct render *render, const struct verdict_vouches *vouches)
{
    if (vouches->alike[0] == '\0')
        return;
    render_label(render, _("LOOKS LIKE"));
    render_text(render, byte_view_of_text(vouches->alike), 0);
    if (vouches->alike_by[0] == '\0') {
        render_words(render, _(", your own name for another key\n"));
        return;
    }
    render_words(render, _(", another key that is vouched for by "));
    render_text(render, byte_view_of_text(vouches->alike_by), 0);
    render_words(render, "\n");
}

void
render_vouch(struct render *render, const struct vouch *vouch)
{
    char key[KEY_STRING_SIZE];

    key_public_format(&vouch->key, key);
    render_line(render, _("vouches for"), key);
    render_line_of_text(render, _("as"), vouch->name);
    if (vouch->has_identity) {
        render_label(render, _("identity"));
        render_id(render, &vouch->identity, RENDER_ID_DIGITS);
        render_words(render, "\n");
    }
}
