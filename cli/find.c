#include "cli/find.h"

#include <stdio.h>
#include <string.h>

#include "bundles/sealed.h"
#include "bundles/statement.h"
#include "bundles/trust.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/prompt.h"
#include "cli/text_choice.h"
#include "core/limits.h"
#include "core/text.h"
#include "core/words.h"

/* Columns of a title in a question. */
#define TITLE_COLUMNS 60

static bool
is_digit(char letter)
{
    return (letter >= '0' && letter <= '9') ||
           (letter >= 'a' && letter <= 'f') || (letter >= 'A' && letter <= 'F');
}

bool
find_is_id(const char *text)
{
    size_t size = 0;

    while (is_digit(text[size]))
        size++;
    return text[size] == '\0' && size >= STORE_PREFIX_MIN &&
           size < RECORD_ID_TEXT_SIZE;
}

/* The digits as they stand in an ID, with a zero octet behind them; how many
 * there are. */
static size_t
to_lower(char lower[RECORD_ID_TEXT_SIZE], const char *digits)
{
    size_t size;

    for (size = 0; digits[size] != '\0'; size++) {
        lower[size] = digits[size];
        if (digits[size] >= 'A' && digits[size] <= 'F')
            lower[size] = (char)(digits[size] - 'A' + 'a');
    }
    lower[size] = '\0';
    return size;
}

enum status
find_digits(struct store *store, const char *digits, struct record_id *out)
{
    char lower[RECORD_ID_TEXT_SIZE];

    if (!find_is_id(digits))
        return STATUS_MALFORMED;
    if (store == NULL)
        return STATUS_NOT_FOUND;
    return store_find(store, byte_view_of(lower, to_lower(lower, digits)), out);
}

struct sealing_search {
    struct store *store;
    size_t size; /* of digits */
    char digits[RECORD_ID_TEXT_SIZE];
    size_t count;
    struct record_id first;
};

/* A store_visit over sealed records. */
static enum status
on_sealed(void *context, const struct store_row *row)
{
    struct sealing_search *search = context;
    char text[RECORD_ID_TEXT_SIZE];
    struct record *record = NULL;
    struct sealed sealed;
    enum status status = store_get_record(search->store, &row->id, &record);

    if (status == STATUS_OK && sealed_read(&sealed, record) == STATUS_OK) {
        record_id_format(&sealed.seals, text);
        if (memcmp(text, search->digits, search->size) == 0 &&
            search->count++ == 0)
            search->first = row->id;
    }
    record_free(record);
    return status;
}

enum status
find_sealing(struct store *store, const char *digits, struct record_id *out)
{
    const struct store_query query = {.by_kind = true, .kind = RECORD_SEALED};
    struct sealing_search search = {.store = store};
    enum status status;

    if (!find_is_id(digits))
        return STATUS_MALFORMED;
    if (store == NULL)
        return STATUS_NOT_FOUND;
    search.size = to_lower(search.digits, digits);
    status = store_walk(store, &query, on_sealed, &search);
    *out = search.first;
    if (status != STATUS_OK)
        return status;
    if (search.count == 0)
        return STATUS_NOT_FOUND;
    return search.count == 1 ? STATUS_OK : STATUS_AMBIGUOUS;
}

int
find_record(struct cli *cli, struct store *store, const char *digits,
            struct record_id *out)
{
    enum status status = find_digits(store, digits, out);

    if (status == STATUS_MALFORMED)
        return cli_misused(cli,
                           _("'%s' is no ID: that is 6 or more hexadecimal "
                             "digits, as p2pub list shows them"),
                           digits);
    if (status == STATUS_NOT_FOUND)
        return cli_fail(cli, CLI_NOT_FOUND, "p2pub list",
                        _("there is no record '%s' here"), digits);
    if (status == STATUS_AMBIGUOUS)
        return cli_fail(cli, CLI_USAGE, "p2pub list",
                        _("'%s' fits more than one record: give more digits"),
                        digits);
    return status == STATUS_OK ? CLI_DONE : cli_fail_store(cli, status);
}

/* Append what a person needs to know a record by. */
static enum status
describe(struct byte_buf *out, const struct trust *trust,
         const struct record *record, const char *language)
{
    const struct record_fields *fields = record_fields(record);
    const struct trust_entry *entry = trust_get(trust, &fields->key.author);
    char words[WORDS_FINGERPRINT_SIZE];
    struct statement statement = {0};
    char day[DAY_TEXT_SIZE];
    enum status status;

    words_fingerprint(words, fields->key.author.octets);
    day_format(fields->date, day);
    status = statement_read(&statement, record);
    if (status == STATUS_NEWER)
        status = text_escape(out, fields->kind, TEXT_ONE_LINE, 0);
    else if (status == STATUS_OK)
        status =
            text_escape(out, statement_title_in(&statement, record, language),
                        TEXT_ONE_LINE, TITLE_COLUMNS);
    if (status == STATUS_OK)
        status = byte_buf_append_text(out, "\n");
    if (status == STATUS_OK)
        status = text_escape(
            out, byte_view_of_text(entry == NULL ? words : entry->name),
            TEXT_ONE_LINE, 0);
    if (status == STATUS_OK)
        status = byte_buf_append_text(out, "  ");
    if (status == STATUS_OK)
        status = byte_buf_append_text(out, day);
    statement_release(&statement);
    return status;
}

int
find_show(struct cli *cli, const struct record *record)
{
    char language[LANGUAGE_TEXT_SIZE];
    struct trust *trust = NULL;
    struct byte_buf text;
    enum status status;
    int code = home_open_trust(cli, &trust);

    if (code != CLI_DONE)
        return code;
    byte_buf_init(&text, RECORD_WIRE_MAX * 8);
    text_choice_language(cli, language);
    status = describe(&text, trust, record, language);
    if (status != STATUS_OK || byte_buf_text(&text) == NULL)
        code = cli_fail_memory(cli);
    else
        (void)fprintf(stderr, "%s\n", byte_buf_text(&text));
    byte_buf_release(&text);
    trust_free(trust);
    return code;
}

/* Show the record and ask whether it is the one; CLI_DONE for yes. */
static int
confirm(struct cli *cli, struct store *store, const struct record_id *id)
{
    struct record *record = NULL;
    enum status status = store_get_record(store, id, &record);
    int code = status == STATUS_OK ? find_show(cli, record)
                                   : cli_fail_store(cli, status);

    record_free(record);
    if (code == CLI_DONE && !prompt_yes(_("Is this the one? [y/N] ")))
        code = cli_fail(cli, CLI_FAILED, NULL, _("nothing was signed"));
    return code;
}

int
find_record_to_sign(struct cli *cli, struct store *store, const char *digits,
                    struct record_id *out)
{
    int code = find_record(cli, store, digits, out);

    if (code != CLI_DONE || strlen(digits) >= FIND_SIGNED_DIGITS)
        return code;
    if (!prompt_can_ask())
        return cli_misused(cli,
                           _("'%s' is too short for something that is signed: "
                             "give %d digits or more"),
                           digits, FIND_SIGNED_DIGITS);
    return confirm(cli, store, out);
}
