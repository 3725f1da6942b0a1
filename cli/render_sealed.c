#include "cli/render_sealed.h"

#include "bundles/key_line.h"
#include "bundles/sealed.h"
#include "cli/i18n.h"

/* "released by NAME on DAY" */
static void
render_released(struct render *render, const struct subject *subject,
                const struct record *release)
{
    render_label(render, _("released"));
    render_words(render, _("by "));
    render_text(
        render,
        byte_view_of_text(verdict_signer_name(&subject->verdict.signer)), 0);
    render_words(render, _(" on "));
    render_day(render, record_fields(release)->date);
    render_words(render, "\n");
}

static void
render_state(struct render *render, const struct subject *subject,
             const struct subject_sealed *sealed)
{
    switch (sealed->state) {
    case SUBJECT_CLOSED:
        render_line(render, _("sealed"),
                    _("nothing can be shown until the key arrives"));
        break;
    case SUBJECT_RELEASED:
        render_released(render, subject, sealed->release);
        break;
    case SUBJECT_KEY_GIVEN:
        render_line(render, _("opened"),
                    _("with a key that you gave; its author has not released "
                      "it"));
        break;
    case SUBJECT_KEY_OWN:
        render_line(render, _("opened"),
                    _("with the key in your home; it is not released"));
        break;
    }
}

void
render_sealed(struct render *render, const struct subject *subject,
              const struct subject_sealed *sealed)
{
    if (!sealed->is_sealed)
        return;
    render_state(render, subject, sealed);
    if (sealed->is_newer)
        render_line(render, _("inside"), _("needs a newer p2pub to be shown"));
    if (!sealed->is_open)
        return;
    render_line(render, _("proven"),
                _("what follows is the statement that was sealed"));
    render_words(render, "\n");
    render_verdict(render, &sealed->inside, true);
}

void
render_sealed_lines(struct render *render, const struct record *record)
{
    char line[KEY_LINE_TEXT_SIZE];
    struct release release;
    struct sealed sealed;

    if (sealed_read(&sealed, record) == STATUS_OK) {
        render_label(render, _("opens"));
        if (sealed.has_opens) {
            render_day(render, sealed.opens);
            render_words(render, _(", as its author announced\n"));
        } else {
            render_words(render, _("no day was announced\n"));
        }
    } else if (release_read(&release, record) == STATUS_OK) {
        render_label(render, _("opens"));
        render_id(render, &release.opens, RENDER_ID_DIGITS);
        render_words(render, "\n");
        key_line_format(line, &release.opens, release.key);
        render_line(render, _("key line"), line);
    }
}
