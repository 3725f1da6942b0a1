#include "cli/i18n.h"
#include "cli/render.h"

/* A chain of keys, and what the record is in it. */

static void
render_version_number(struct render *render, uint32_t number)
{
    render_words(render, _("version "));
    render_number(render, number);
}

const char *
render_lineage_unknown(const struct verdict_lineage *lineage)
{
    if (lineage->kind == VERDICT_VERSION_SHORT ||
        lineage->kind == VERDICT_VERSION_WRONG ||
        lineage->kind == VERDICT_VERSION_OPEN)
        return _("a version of an identity that does not count");
    if (lineage->standing == GOOD_PART_CLAIMED)
        return _("claimed by a key that has ended");
    return _("signed by a key that you do not follow");
}

/* "1 of 2 recovery keys". */
static void
render_consent(struct render *render, const struct verdict_consent *consent)
{
    render_number(render, consent->agreed);
    render_words(render, _(" of "));
    render_number(render, consent->needed);
}

static void
render_version(struct render *render, const struct verdict_lineage *lineage)
{
    if (lineage->kind == VERDICT_VERSION_NONE)
        return;
    render_label(render, _("version"));
    render_number(render, lineage->number);
    switch (lineage->kind) {
    case VERDICT_VERSION_NONE:
        break;
    case VERDICT_VERSION_COUNTS:
        render_words(render, _(", which counts\n"));
        break;
    case VERDICT_VERSION_RIVAL:
        render_words(render, _(", and another one with it: see CONFLICT\n"));
        break;
    case VERDICT_VERSION_SHORT:
        render_words(render, _(", which too few have agreed to\n"));
        render_label(render, _("agreed"));
        render_consent(render, &lineage->before);
        render_words(render, _(" needed of the recovery keys before, "));
        render_consent(render, &lineage->own);
        render_words(render, _(" of its own\n"));
        break;
    case VERDICT_VERSION_WRONG:
        render_words(render,
                     _(", which does not count, whoever agrees to it\n"));
        break;
    case VERDICT_VERSION_OPEN:
        render_words(render, _("; what it follows has not all arrived\n"));
        break;
    }
}

/* That the author's key is no longer the present one. */
static void
render_end(struct render *render, const struct verdict_lineage *lineage)
{
    char key[KEY_STRING_SIZE];

    render_label(render, _("key ended"));
    render_words(render, _("by "));
    render_version_number(render, lineage->ended_by);
    switch (lineage->standing) {
    case GOOD_PART_GOOD:
        render_words(render, _(" of the identity; this is good\n"));
        break;
    case GOOD_PART_CLAIMED:
        render_words(render, _(" of the identity, which does not have this for "
                               "good\n"));
        break;
    case GOOD_PART_OPEN:
        render_words(render,
                     _(" of the identity; whether this is good cannot be told "
                       "yet: records are missing\n"));
        break;
    }
    key_public_format(&lineage->present, key);
    render_line(render, _("present key"), key);
}

static void
render_conflict(struct render *render, const struct verdict_lineage *lineage)
{
    render_label(render, _("CONFLICT"));
    render_words(render,
                 _("versions of this identity stand side by side; what was "
                   "before them remains\n"));
    for (size_t i = 0; i < lineage->rival_count && i < LINEAGE_RIVALS_MAX;
         i++) {
        render_label(render, "");
        render_version_number(render, lineage->rivals[i].number);
        render_words(render, "  ");
        render_id(render, &lineage->rivals[i].id, RENDER_ID_DIGITS);
        render_words(render, "  ");
        render_day(render, lineage->rivals[i].date);
        render_words(render, "\n");
    }
}

void
render_lineage(struct render *render, const struct verdict *verdict)
{
    const struct verdict_lineage *lineage = &verdict->lineage;

    render_version(render, lineage);
    if (lineage->found != LINEAGE_ONE)
        return;
    if (lineage->rival_count > 0)
        render_conflict(render, lineage);
    if (lineage->ended_by > 0)
        render_end(render, lineage);
}
