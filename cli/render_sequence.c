#include "cli/render_sequence.h"

#include "cli/i18n.h"
#include "core/limits.h"

static void
render_forks(struct render *render, const struct verdict *verdict)
{
    for (size_t i = 0; i < verdict->fork_count && i < VERDICT_FORKS_MAX; i++) {
        const struct verdict_fork *fork = &verdict->forks[i];

        render_label(render, _("fork"));
        if (fork->count == 2)
            render_words(render, _("two"));
        else
            render_number(render, fork->count);
        render_words(render, _(" records with number "));
        render_number(render, fork->number);
        if (fork->merged)
            render_words(render, _(", merged by its author"));
        render_words(render, "\n");
        for (size_t j = 0; j < fork->count && j < VERDICT_LINKS_MAX; j++) {
            render_label(render, "");
            render_id(render, &fork->ids[j], RENDER_ID_DIGITS);
            render_words(render, "\n");
        }
    }
    if (verdict->fork_count > VERDICT_FORKS_MAX) {
        render_label(render, _("forks"));
        render_number(render, verdict->fork_count - VERDICT_FORKS_MAX);
        render_words(render, _(" more numbers borne by several records\n"));
    }
}

static void
render_head_name(struct render *render, const struct verdict_head *head)
{
    render_text(render, byte_view_of_text(head->name), 0);
    if (head->vouched_by[0] == '\0')
        return;
    render_words(render, _(", vouched for by "));
    render_text(render, byte_view_of_text(head->vouched_by), 0);
}

/* What known keys say of more than is here. */
static void
render_quotes(struct render *render, const struct verdict *verdict)
{
    for (size_t i = 0; i < verdict->quote_count && i < VERDICT_LINKS_MAX; i++) {
        render_label(render, _("newer"));
        render_head_name(render, &verdict->quotes[i]);
        render_words(render, verdict->quotes[i].vouched_by[0] == '\0'
                                 ? _(" says ")
                                 : _(", says "));
        render_number(render, verdict->quotes[i].number);
        render_words(render, _(" exists; not here\n"));
    }
}

void
render_sequence(struct render *render, const struct verdict *verdict)
{
    if (verdict->gaps > 0) {
        render_label(render, _("gaps"));
        render_number(render, verdict->gaps);
        render_words(render,
                     _(" earlier records of this key have not arrived\n"));
    }
    render_quotes(render, verdict);
    render_forks(render, verdict);
}

void
render_heads(struct render *render, const struct verdict *verdict)
{
    for (size_t i = 0; i < verdict->head_count && i < VERDICT_HEADS_MAX; i++) {
        const struct verdict_head *head = &verdict->heads[i];

        render_label(render, _("says"));
        render_number(render, head->number);
        render_words(render, _(" of "));
        render_head_name(render, head);
        render_words(render, head->vouched_by[0] == '\0' ? _(" exists")
                                                         : _(", exists"));
        if (head->state == HEADS_MISSING)
            render_words(render, _("; not here"));
        if (head->state == HEADS_OTHER)
            render_words(render, _("; another record with that number is "
                                   "here"));
        if (head->state == HEADS_WRONG)
            render_words(render, _("; its ID is that of another record"));
        render_words(render, "\n");
    }
}
