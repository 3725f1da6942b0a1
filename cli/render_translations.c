#include "cli/i18n.h"
#include "cli/render.h"
#include "cli/translation.h"
#include "core/limits.h"

/* "by the author", "by OMCT, not by the author" */
static void
render_by(struct render *render, const struct verdict_link *link)
{
    if (link->by_author) {
        render_words(render, _("by the author"));
        return;
    }
    render_words(render, _("by "));
    render_text(render, byte_view_of_text(link->name), 0);
    if (link->vouched_by[0] != '\0') {
        render_words(render, _(", vouched for by "));
        render_text(render, byte_view_of_text(link->vouched_by), 0);
    }
    render_words(render, _(", not by the author"));
}

void
render_translations(struct render *render, const struct verdict *verdict)
{
    for (size_t i = 0; i < verdict->translation_count && i < VERDICT_LINKS_MAX;
         i++) {
        const struct verdict_link *link = &verdict->translations[i];

        if (link->is_withdrawn || link->is_replaced)
            continue;
        render_label(render, _("translated"));
        render_id(render, &link->id, RENDER_ID_DIGITS);
        render_words(render, "  ");
        render_day(render, link->date);
        render_words(render, "  ");
        render_text(render, byte_view_of_text(link->language), 0);
        render_words(render, "  ");
        render_by(render, link);
        render_words(render, "\n");
    }
    if (verdict->translation_count > VERDICT_LINKS_MAX) {
        render_label(render, _("translated"));
        render_number(render, verdict->translation_count - VERDICT_LINKS_MAX);
        render_words(render, _(" more\n"));
    }
    if (verdict->stranger_count == 0 && !verdict->has_more_strangers)
        return;
    render_label(render, _("translated"));
    render_number(render, verdict->stranger_count);
    render_words(render, verdict->has_more_strangers
                             ? _(" and more by keys that you do not follow\n")
                             : _(" by keys that you do not follow\n"));
}

void
render_offer(struct render *render, const struct subject *subject)
{
    const struct verdict_link *link =
        translation_find(subject, render->language);

    if (link == NULL)
        return;
    render_words(render, _("\nIn "));
    render_text(render, byte_view_of_text(render->language), 0);
    render_words(render, _(": p2pub read "));
    render_id(render, &link->id, RENDER_ID_DIGITS);
    render_words(render, _(", a translation "));
    render_by(render, link);
    render_words(render, "\n");
}

void
render_translates(struct render *render, const struct subject *subject)
{
    const struct verdict_named *named = &subject->verdict.translates;

    if (!subject->statement.has_translates)
        return;
    render_label(render, _("translates"));
    render_id(render, &subject->statement.translates, RENDER_ID_DIGITS);
    if (!named->is_here) {
        render_words(render, _(", which is not here"));
    } else if (named->is_own) {
        render_words(render, _(", by the same author"));
    } else if (named->name[0] != '\0') {
        render_words(render, _(" by "));
        render_text(render, byte_view_of_text(named->name), 0);
        render_words(render, _(", who did not sign this"));
    } else {
        render_words(render, _(", which another key signed"));
    }
    render_words(render, "\n");
    if (named->is_withdrawn)
        render_line(render, "", _("WITHDRAWN since by the author of that one"));
    if (named->is_replaced)
        render_line(render, "", _("REPLACED since by the author of that one"));
}
