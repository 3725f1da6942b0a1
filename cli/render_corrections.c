#include "cli/i18n.h"
#include "cli/render.h"
#include "core/limits.h"

/* "77e0aaaaaaaa  2023-06-26" */
static void
render_id_and_day(struct render *render, const struct record_id *id,
                  struct day date)
{
    render_id(render, id, RENDER_ID_DIGITS);
    render_words(render, "  ");
    render_day(render, date);
}

/* Behind the label: what it is, and how to get there. */
static void
render_newest(struct render *render, const struct replacement *newest)
{
    render_id_and_day(render, &newest->id, newest->date);
    render_words(render, _("  p2pub read "));
    render_id(render, &newest->id, RENDER_ID_DIGITS);
    render_words(render, "\n");
}

void
render_replaced(struct render *render, const struct verdict *verdict)
{
    const struct replacements *found = &verdict->replacements;

    if (found->newest_count > 1) {
        render_label(render, _("REPLACED"));
        render_words(render, _("by its own author, with "));
        render_number(render, found->newest_count);
        render_words(render, _(" that stand side by side\n"));
    }
    for (size_t i = 0; i < found->newest_count && i < VERDICT_LINKS_MAX; i++) {
        render_label(render, found->newest_count == 1 ? _("REPLACED") : "");
        if (found->newest_count == 1)
            render_words(render, _("by "));
        render_newest(render, &found->newest[i]);
    }
    if (found->newest_count > VERDICT_LINKS_MAX) {
        render_label(render, "");
        render_number(render, found->newest_count - VERDICT_LINKS_MAX);
        render_words(render, _(" more\n"));
    }
    if (found->is_cut)
        render_line(render, "", _("and more come after it than are looked at"));
}

static bool
is_newest(const struct replacements *found, const struct record_id *id)
{
    for (size_t i = 0; i < found->newest_count && i < VERDICT_LINKS_MAX; i++)
        if (record_id_equal(&found->newest[i].id, id))
            return true;
    return false;
}

/* Those that replace it and are not the newest themselves: why not. */
static void
render_between(struct render *render, const struct verdict *verdict)
{
    for (size_t i = 0; i < verdict->replaced_count && i < VERDICT_LINKS_MAX;
         i++) {
        const struct verdict_link *link = &verdict->replaced_by[i];

        if (is_newest(&verdict->replacements, &link->id))
            continue;
        render_label(render, _("replaced by"));
        render_id_and_day(render, &link->id, link->date);
        if (link->is_withdrawn)
            render_words(render, _("  withdrawn"));
        else if (!verdict->replacements.is_cut &&
                 verdict->replacements.newest_count <= VERDICT_LINKS_MAX)
            render_words(render, _("  replaced in its turn"));
        render_words(render, "\n");
    }
}

void
render_replacements(struct render *render, const struct verdict *verdict)
{
    const struct replacements *found = &verdict->replacements;

    render_between(render, verdict);
    if (found->newest_count == 0 && verdict->replaced_count > 0)
        render_line(render, "",
                    _("nothing that replaced this stands any more"));
    if (found->newer_count > 0) {
        render_label(render, _("later"));
        render_number(render, found->newer_count);
        render_words(render, _(" by the same key, about this: needs a newer "
                               "p2pub\n"));
    }
    for (size_t i = 0; i < verdict->claim_count && i < VERDICT_LINKS_MAX; i++) {
        const struct verdict_link *link = &verdict->claims[i];

        if (link->is_withdrawn)
            continue;
        render_label(render, _("claim"));
        render_text(render, byte_view_of_text(link->name), 0);
        render_words(render, _(" says that "));
        render_id(render, &link->id, RENDER_ID_DIGITS);
        render_words(render, _(" replaces this; only its author can\n"));
    }
}

static void
render_changes_hint(struct render *render, const struct record_id *id)
{
    render_words(render, _("; what changed: p2pub read "));
    render_id(render, id, RENDER_ID_DIGITS);
    render_words(render, " --diff");
}

void
render_replaces(struct render *render, const struct subject *subject)
{
    const struct verdict *verdict = &subject->verdict;

    if (!subject->statement.has_replaces)
        return;
    render_label(render, _("replaces"));
    render_id(render, &subject->statement.replaces, RENDER_ID_DIGITS);
    if (!verdict->replaces.is_here)
        render_words(render, _(", which is not here"));
    else if (verdict->lineage.standing == GOOD_PART_CLAIMED)
        render_words(render, _(", as it says; but its key had ended"));
    else if (verdict->lineage.standing == GOOD_PART_OPEN)
        render_words(render, _(", as it says; whether its key had ended cannot "
                               "be told yet"));
    else if (!verdict->replaces.is_own)
        render_words(render, _(", as it says; but that is by another key, and "
                               "only its author can replace it"));
    else if (subject->parcel == NULL)
        render_changes_hint(render, &verdict->id);
    render_words(render, "\n");
}
