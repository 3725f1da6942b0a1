/*
 * list: the newest statements, with what is known about each.
 */
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bundles/statement.h"
#include "bundles/verdict.h"
#include "cli/command.h"
#include "cli/document.h"
#include "cli/followed.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/list_sealed.h"
#include "cli/render.h"
#include "cli/signers.h"
#include "cli/text_choice.h"
#include "core/limits.h"
#include "core/text.h"

/* On a terminal, of known keys and of unknown ones: a flood of strangers
 * leaves the first in sight. */
#define LINES_EACH 20

#define ID_DIGITS        12
#define STANDING_COLUMNS 8
#define NAME_COLUMNS     24
/* A narrower terminal gets two lines for each statement. */
#define WIDE_COLUMNS 72
/* What stands left of name and title in one line, and in the second of two. */
#define WIDE_LEFT   36
#define NARROW_LEFT 2

struct listing {
    struct cli *cli;
    struct store *store;
    struct trust *trust;
    struct lineages *lineages;
    struct signers signers;
    struct render render; /* a line at a time */
    json_t *statements;
    size_t columns; /* of the terminal; 0 for none */
    bool is_short;  /* LINES_EACH, then only counted */
    size_t known;   /* of known keys, so far */
    size_t unknown;
    size_t left_out;
    size_t replaced; /* that are not shown where is_short */
};

/* One statement of the list. */
struct entry {
    const struct store_row *row;
    struct record *record;
    struct statement statement;
    bool has_statement;
    const struct verdict_signer *signer;
    bool is_revoked; /* the signer's key, by itself */
    enum verdict_standing standing;
    enum good_standing good;
    struct withdrawal withdrawn;
    bool is_replaced;
    struct list_sealed sealed; /* its title is then that of what is inside */
};

/* What it says itself, or what is inside once that was released. */
static enum status
entry_read(struct entry *entry, struct listing *listing)
{
    const struct record *record = entry->record;
    enum status status =
        list_sealed_fill(&entry->sealed, listing->store, listing->trust,
                         &listing->cli->entropy, record, entry->row->state);

    if (status != STATUS_OK)
        return status;
    if (entry->sealed.inner != NULL)
        record = entry->sealed.inner;
    status = statement_read(&entry->statement, record);
    entry->has_statement = status == STATUS_OK;
    return status == STATUS_NEWER ? STATUS_OK : status;
}

/* What a key that has ended signed, and not for good, is nobody's whom the
 * reader knows. */
static enum status
examine_key(struct entry *entry, const struct listing *listing)
{
    enum status status =
        lineages_standing(&entry->good, listing->lineages, &entry->row->author,
                          &entry->row->id, entry->row->sequence);

    if (status == STATUS_OK && entry->good == GOOD_PART_CLAIMED &&
        entry->standing == VERDICT_VERIFIED)
        entry->standing = VERDICT_UNKNOWN;
    return status;
}

/* Whether it was withdrawn or replaced: of most records nobody says anything,
 * and one look tells. */
static enum status
entry_look_around(struct entry *entry, const struct listing *listing)
{
    const struct store_row *row = entry->row;
    bool is_mentioned = false;
    bool stands;
    enum status status =
        store_is_mentioned(&is_mentioned, listing->store, &row->id);

    if (status != STATUS_OK || !is_mentioned)
        return status;
    status = withdrawals_find(&entry->withdrawn, &stands, listing->lineages,
                              &row->author, &row->id, 1);
    if (status == STATUS_OK)
        status = replacements_has(&entry->is_replaced, listing->lineages,
                                  &row->author, &row->id);
    return status;
}

static enum status
entry_fill(struct entry *entry, struct listing *listing,
           const struct store_row *row)
{
    const struct signers_one *one = NULL;
    enum status status;

    memset(entry, 0, sizeof(*entry));
    entry->row = row;
    status = store_get_record(listing->store, &row->id, &entry->record);
    if (status != STATUS_OK)
        return status;
    status = entry_read(entry, listing);
    entry->standing =
        verdict_standing_of(listing->trust, &row->author,
                            entry->sealed.is_faulty ? STORE_FAULTY : row->state,
                            entry->has_statement || entry->sealed.is_sealed);
    if (status == STATUS_OK)
        status = examine_key(entry, listing);
    if (status == STATUS_OK)
        status = signers_get(&listing->signers,
                             &record_fields(entry->record)->key, &one);
    if (status == STATUS_OK) {
        entry->signer = &one->signer;
        entry->is_revoked = one->is_revoked;
    }
    return status == STATUS_OK ? entry_look_around(entry, listing) : status;
}

static void
entry_release(struct entry *entry)
{
    withdrawal_release(&entry->withdrawn);
    statement_release(&entry->statement);
    list_sealed_release(&entry->sealed);
    record_free(entry->record);
}

/* "NAME: TITLE", as wide as there is room. */
static enum status
append_title(struct byte_buf *out, const struct entry *entry,
             const char *language)
{
    struct byte_view name =
        byte_view_of_text(verdict_signer_name(entry->signer));
    const char *introducer = entry->signer->vouched_by;
    enum status status = text_escape(out, name, TEXT_ONE_LINE, NAME_COLUMNS);

    if (status == STATUS_OK && introducer[0] != '\0')
        status = byte_buf_append_text(out, _(", vouched for by "));
    if (status == STATUS_OK)
        status = text_escape(out, byte_view_of_text(introducer), TEXT_ONE_LINE,
                             NAME_COLUMNS);
    if (status == STATUS_OK)
        status = byte_buf_append_text(out, ": ");
    if (status == STATUS_OK && entry->row->state == STORE_INCOMPLETE)
        status = byte_buf_append_text(out, _("[incomplete] "));
    if (status == STATUS_OK && entry->good == GOOD_PART_CLAIMED)
        status = byte_buf_append_text(out, _("[claimed] "));
    if (status == STATUS_OK && entry->withdrawn.record != NULL)
        status = byte_buf_append_text(out, _("[withdrawn] "));
    if (status == STATUS_OK && entry->is_replaced)
        status = byte_buf_append_text(out, _("[replaced] "));
    if (status == STATUS_OK && entry->is_revoked)
        status = byte_buf_append_text(out, _("[key revoked] "));
    if (status == STATUS_OK && entry->sealed.is_sealed && !entry->has_statement)
        return list_sealed_append(out, &entry->sealed);
    if (status == STATUS_OK && !entry->has_statement)
        status = byte_buf_append_text(out, _("(needs a newer p2pub)"));
    if (status == STATUS_OK && entry->has_statement)
        status =
            byte_buf_append(out, statement_title_in(&entry->statement,
                                                    entry->sealed.inner != NULL
                                                        ? entry->sealed.inner
                                                        : entry->record,
                                                    language));
    return status;
}

static void
render_entry(struct render *render, const struct listing *listing,
             const struct entry *entry)
{
    bool is_wide = listing->columns == 0 || listing->columns >= WIDE_COLUMNS;
    size_t left = is_wide ? WIDE_LEFT : NARROW_LEFT;
    char id[RECORD_ID_TEXT_SIZE];
    char day[DAY_TEXT_SIZE];
    struct byte_buf title;

    record_id_format(&entry->row->id, id);
    id[ID_DIGITS] = '\0';
    day_format(entry->row->date, day);
    render_words(render, id);
    render_words(render, "  ");
    render_words(render, day);
    render_words(render, "  ");
    render_standing(render, entry->standing, STANDING_COLUMNS);
    render_words(render, is_wide ? "  " : "\n  ");
    byte_buf_init(&title, STATEMENT_TITLE_MAX + 256);
    if (render->status == STATUS_OK)
        render->status = append_title(&title, entry, render->language);
    render_text(render, byte_view_of_buf(&title),
                listing->columns > left ? listing->columns - left : 0);
    render_words(render, "\n");
    byte_buf_release(&title);
}

/* Print or count it. */
static enum status
show(struct listing *listing, const struct entry *entry)
{
    bool is_known = entry->signer->trust != TRUST_UNKNOWN;
    size_t *count = is_known ? &listing->known : &listing->unknown;
    struct render *render = &listing->render;

    if (listing->is_short && entry->is_replaced) {
        listing->replaced++;
        return STATUS_OK;
    }
    if (listing->is_short && *count == LINES_EACH) {
        listing->left_out++;
        return STATUS_OK;
    }
    (*count)++;
    byte_buf_clear(&render->page);
    render_entry(render, listing, entry);
    if (render->status == STATUS_OK)
        (void)fwrite(render->page.data, 1, render->page.size, stdout);
    return render->status;
}

/* A store_visit. */
static enum status
on_row(void *context, const struct store_row *row)
{
    struct listing *listing = context;
    struct entry entry;
    enum status status;

    if (row->kind != RECORD_STATEMENT && row->kind != RECORD_SEALED)
        return STATUS_OK;
    status = entry_fill(&entry, listing, row);
    if (status == STATUS_OK && listing->cli->json) {
        json_t *object = json_object();

        document_add_summary(object, entry.record,
                             entry.has_statement ? &entry.statement : NULL,
                             entry.signer, entry.standing, row->state);
        document_add_withdrawn(object, &entry.withdrawn);
        (void)json_object_set_new(object, "replaced",
                                  json_boolean(entry.is_replaced));
        (void)json_object_set_new(object, "key_revoked",
                                  json_boolean(entry.is_revoked));
        if (entry.sealed.is_sealed)
            list_sealed_add(object, &entry.sealed);
        if (json_array_append_new(listing->statements, object) != 0)
            status = STATUS_NO_MEMORY;
    } else if (status == STATUS_OK) {
        status = show(listing, &entry);
    }
    entry_release(&entry);
    return status;
}

static size_t
terminal_columns(void)
{
    struct winsize size;

    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static int
list(struct cli *cli, bool all)
{
    /* Kinds of later are among these, and passed over. */
    struct store_query query = {
        .by_set = true, .set = RECORD_SET_STATEMENTS, .newest_first = true};
    struct listing listing = {.cli = cli, .columns = terminal_columns()};
    enum status status = STATUS_OK;
    int code;

    listing.is_short = !all && isatty(STDOUT_FILENO) == 1;
    listing.statements = json_array();
    render_init(&listing.render, cli);
    code = home_open_trust(cli, &listing.trust);
    if (code == CLI_DONE && home_has_store(cli)) {
        code = home_open_store(cli, HOME_READ, &listing.store);
        signers_init(&listing.signers, listing.store, listing.trust,
                     &cli->entropy);
        if (code == CLI_DONE)
            code = followed_extend(cli, listing.trust, listing.store);
        if (code == CLI_DONE)
            code = home_load_vouches(cli, listing.trust, listing.store);
        if (code == CLI_DONE && lineages_new(&listing.lineages, listing.store,
                                             listing.trust) != STATUS_OK)
            code = cli_fail_memory(cli);
        listing.signers.lineages = listing.lineages;
        if (code == CLI_DONE) {
            store_hold(listing.store);
            status = store_walk(listing.store, &query, on_row, &listing);
            store_let_go(listing.store);
        }
        if (status != STATUS_OK)
            code = cli_fail_store(cli, status);
    }
    (void)json_object_set_new(cli->document, "statements", listing.statements);
    if (code == CLI_DONE && listing.left_out > 0)
        cli_say(cli, _("%zu more: p2pub list --all"), listing.left_out);
    if (code == CLI_DONE && listing.replaced > 0)
        cli_say(cli, _("%zu replaced: p2pub list --all"), listing.replaced);
    if (code == CLI_DONE && listing.known + listing.unknown == 0)
        cli_say(cli, _("No statement has arrived yet.  p2pub share exchanges "
                       "with everybody nearby."));
    render_release(&listing.render);
    signers_release(&listing.signers);
    lineages_free(listing.lineages);
    store_free(listing.store);
    trust_free(listing.trust);
    return code;
}

int
cmd_list(struct cli *cli, int argc, char **argv)
{
    static const struct option own[] = {
        {"all", no_argument, NULL, 'a'},
        {"lang", required_argument, NULL, 'l'},
        {NULL, 0, NULL, 0},
    };
    const char *language = NULL;
    bool all = false;
    int code = CLI_DONE;
    int value;

    while ((value = cli_option(cli, argc, argv, own)) >= 0) {
        if (value == 'a')
            all = true;
        else
            language = optarg;
    }
    CLI_OPTIONS_RETURN(value);
    if (optind < argc)
        return cli_misused(cli, _("list takes no '%s'"), argv[optind]);
    if (language != NULL)
        code = text_choice_take_language(cli, language);
    return code == CLI_DONE ? list(cli, all) : code;
}
