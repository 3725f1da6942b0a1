/*
 * gaps: what is known to be missing of those whom the reader follows.
 */
#include <stdio.h>

#include "bundles/gaps.h"
#include "bundles/vouches.h"
#include "cli/command.h"
#include "cli/document.h"
#include "cli/followed.h"
#include "cli/follows.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/render.h"
#include "core/limits.h"
#include "core/text.h"

/* Runs of one author that are printed; a document has more of them. */
#define RUNS_SHOWN ((size_t)8)

/* Columns of a name. */
#define NAME_COLUMNS 24

struct report {
    struct cli *cli;
    json_t *missing;
    struct render holes; /* pages, each begun with its first line */
    struct render tails;
    uint64_t left_out; /* runs that are in no document */
    size_t visited;
};

static void
add_missing(struct report *report, const struct gaps *gaps, uint32_t from,
            uint32_t to, const struct trust_entry *sayer)
{
    json_t *object = json_object();

    (void)json_object_set_new(object, "key", document_key(&gaps->entry->key));
    (void)json_object_set_new(object, "name", json_string(gaps->entry->name));
    (void)json_object_set_new(object, "from", document_number(from));
    (void)json_object_set_new(object, "to", document_number(to));
    (void)json_object_set_new(object, "said_by", document_key(&sayer->key));
    (void)json_object_set_new(object, "said_by_name", json_string(sayer->name));
    (void)json_object_set_new(object, "said_by_vouched_by",
                              sayer->vouched_by == NULL
                                  ? json_null()
                                  : json_string(sayer->vouched_by));
    (void)json_array_append_new(report->missing, object);
}

static void
begin_line(struct render *page, const char *heading, const char *name)
{
    if (page->page.size == 0)
        render_words(page, heading);
    render_words(page, "  ");
    render_text(page, byte_view_of_text(name), NAME_COLUMNS);
    render_words(page, ": ");
}

static void
put_run(struct render *page, uint32_t from, uint32_t to)
{
    char words[64];

    if (from == to)
        (void)snprintf(words, sizeof(words), "%lu", (unsigned long)from);
    else
        (void)snprintf(words, sizeof(words), _("%lu to %lu"),
                       (unsigned long)from, (unsigned long)to);
    render_words(page, words);
}

static void
report_holes(struct report *report, const struct gaps *gaps)
{
    struct render *page = &report->holes;
    size_t listed = gaps->range_count < GAPS_RANGES_MAX ? gaps->range_count
                                                        : GAPS_RANGES_MAX;
    size_t shown = listed < RUNS_SHOWN ? listed : RUNS_SHOWN;
    char words[64];

    for (size_t i = 0; i < listed; i++)
        add_missing(report, gaps, gaps->ranges[i].first, gaps->ranges[i].last,
                    gaps->entry);
    report->left_out += gaps->range_count - listed;
    if (gaps->range_count == 0)
        return;
    begin_line(page, _("Missing between an author's own records:\n"),
               gaps->entry->name);
    for (size_t i = 0; i < shown; i++) {
        if (i > 0)
            render_words(page, ", ");
        put_run(page, gaps->ranges[i].first, gaps->ranges[i].last);
    }
    if (gaps->range_count > shown) {
        (void)snprintf(words, sizeof(words),
                       _(" and others, %llu numbers in all"),
                       (unsigned long long)gaps->missing);
        render_words(page, words);
    }
    render_words(page, "\n");
}

static void
report_tail(struct report *report, const struct gaps *gaps)
{
    struct render *page = &report->tails;
    char words[64];

    if (!gaps->has_tail)
        return;
    add_missing(report, gaps, gaps->newest + 1, gaps->tail.sequence,
                gaps->witness);
    begin_line(page,
               _("Missing beyond the newest one here, as another author "
                 "says:\n"),
               gaps->entry->name);
    put_run(page, gaps->newest + 1, gaps->tail.sequence);
    render_words(page, "; ");
    render_text(page, byte_view_of_text(gaps->witness->name), NAME_COLUMNS);
    if (gaps->witness->vouched_by != NULL) {
        render_words(page, _(", vouched for by "));
        render_text(page, byte_view_of_text(gaps->witness->vouched_by),
                    NAME_COLUMNS);
        render_words(page, ",");
    }
    (void)snprintf(words, sizeof(words), _(" says %lu exists\n"),
                   (unsigned long)gaps->tail.sequence);
    render_words(page, words);
}

/* A gaps_visit. */
static enum status
on_author(void *context, const struct gaps *gaps)
{
    struct report *report = context;

    report->visited++;
    if (gaps->is_partial)
        cli_warn(report->cli,
                 _("'%s' signed over %zu records: what is missing between "
                   "them was not looked for"),
                 gaps->entry->name, GAPS_NUMBERS_MAX);
    report_holes(report, gaps);
    report_tail(report, gaps);
    return STATUS_OK;
}

/* The plain sentences around the pages. */
static void
conclude(const struct report *report)
{
    struct cli *cli = report->cli;

    if (report->visited == 0) {
        cli_say(cli, _("You follow nobody: p2pub follow"));
        return;
    }
    if (json_array_size(report->missing) == 0)
        cli_say(cli, _("Nothing is missing of what those whom you follow "
                       "signed or say that they saw."));
    else
        cli_say(cli, _("p2pub share and p2pub sync ask everybody whom they "
                       "meet for it."));
    cli_say(cli, _("A newest record that nobody mentioned cannot be noticed."));
}

/* Print what was gathered. */
static int
show(struct report *report)
{
    struct cli *cli = report->cli;
    int code = render_show(cli, &report->holes, false);

    if (code == CLI_DONE)
        code = render_show(cli, &report->tails, false);
    if (code == CLI_DONE)
        conclude(report);
    return code;
}

static int
gather(struct report *report, struct trust *trust,
       const struct trust_entry *only)
{
    struct cli *cli = report->cli;
    struct store *store = NULL;
    enum status status;
    int code = home_open_store(cli, HOME_READ, &store);

    if (code == CLI_DONE)
        code = followed_extend(cli, trust, store);
    if (code != CLI_DONE) {
        store_free(store);
        return code;
    }
    status = vouches_load(trust, store);
    if (status == STATUS_OK)
        status =
            gaps_walk(store, trust, only == NULL ? NULL : &only->key.author,
                      on_author, report);
    store_free(store);
    return status == STATUS_OK ? CLI_DONE : cli_fail_store(cli, status);
}

static int
run(struct cli *cli, const char *argument)
{
    struct report report = {.cli = cli, .missing = json_array()};
    const struct trust_entry *only = NULL;
    struct trust *trust = NULL;
    int code = home_open_trust(cli, &trust);

    render_init(&report.holes, cli);
    render_init(&report.tails, cli);
    if (code == CLI_DONE && argument != NULL)
        code = follows_find(cli, trust, argument, "p2pub gaps KEY", &only);
    if (code == CLI_DONE && home_has_store(cli))
        code = gather(&report, trust, only);
    if (code == CLI_DONE)
        code = show(&report);
    (void)json_object_set_new(cli->document, "missing", report.missing);
    (void)json_object_set_new(cli->document, "left_out",
                              document_number(report.left_out));
    render_release(&report.holes);
    render_release(&report.tails);
    trust_free(trust);
    return code;
}

int
cmd_gaps(struct cli *cli, int argc, char **argv)
{
    int value = cli_option(cli, argc, argv, NULL);

    CLI_OPTIONS_RETURN(value);
    if (optind + 1 < argc)
        return cli_misused(cli, _("gaps takes one NAME or KEY"));
    return run(cli, argv[optind]);
}
