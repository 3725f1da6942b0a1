#include <string.h>

#include "bundles/language.h"
#include "bundles/statement.h"

/* How well something fits a reader, the more the better. */
enum fit {
    FIT_NONE,
    FIT_ANY,
    FIT_PRIMARY, /* the first subtag is the same */
    FIT_EXACT
};

bool
statement_is_text(const struct record_file *file)
{
    return !byte_view_equal_text(file->language, "-") &&
           (byte_view_equal_text(file->type, "text/markdown") ||
            byte_view_equal_text(file->type, "text/plain"));
}

static enum fit
fit_of(struct byte_view language, struct byte_view wanted)
{
    if (byte_view_equal(language, wanted))
        return FIT_EXACT;
    return byte_view_equal(language_primary(language), language_primary(wanted))
               ? FIT_PRIMARY
               : FIT_ANY;
}

/* The canonical tag, or empty: what is no language suits nothing better than
 * anything else. */
static struct byte_view
wanted_language(char out[LANGUAGE_TEXT_SIZE], const char *language)
{
    out[0] = '\0';
    if (language != NULL &&
        language_canonical(out, byte_view_of_text(language)) != STATUS_OK)
        out[0] = '\0';
    return byte_view_of_text(out);
}

int
statement_choose_text(const struct record *record, const char *language)
{
    const struct record_fields *fields = record_fields(record);
    char tag[LANGUAGE_TEXT_SIZE];
    struct byte_view wanted = wanted_language(tag, language);
    enum fit best = FIT_NONE;
    int chosen = -1;

    for (size_t i = 0; i < fields->file_count; i++) {
        const struct record_file *file = &fields->files[i];
        enum fit fit =
            statement_is_text(file) ? fit_of(file->language, wanted) : FIT_NONE;

        if (fit > best) {
            best = fit;
            chosen = (int)i;
        }
    }
    return chosen;
}

struct byte_view
statement_title_in(const struct statement *statement,
                   const struct record *record, const char *language)
{
    int first = statement_choose_text(record, NULL);
    char tag[LANGUAGE_TEXT_SIZE];
    struct byte_view wanted = wanted_language(tag, language);
    struct byte_view chosen = statement->title;
    enum fit best = FIT_ANY;

    if (wanted.size == 0)
        return chosen;
    if (first >= 0)
        best = fit_of(record_fields(record)->files[first].language, wanted);
    for (size_t i = 0; i < statement->title_count; i++) {
        enum fit fit = fit_of(statement->titles[i].language, wanted);

        if (fit > best) {
            best = fit;
            chosen = statement->titles[i].text;
        }
    }
    return chosen;
}
