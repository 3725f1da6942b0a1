#include "cli/translation.h"

#include "bundles/language.h"
#include "bundles/statement.h"
#include "core/limits.h"

static bool
has_language(const struct record *record, const char *language)
{
    int text = statement_choose_text(record, language);

    return text >= 0 &&
           byte_view_equal(
               language_primary(record_fields(record)->files[text].language),
               language_primary(byte_view_of_text(language)));
}

static bool
suits(const struct subject *subject, const struct verdict_link *link,
      const char *language)
{
    struct record *record;
    bool does;

    if (link->is_withdrawn || link->is_replaced ||
        store_get_record(subject->store, &link->id, &record) != STATUS_OK)
        return false;
    does = has_language(record, language);
    record_free(record);
    return does;
}

const struct verdict_link *
translation_find(const struct subject *subject, const char *language)
{
    const struct verdict *verdict = &subject->verdict;

    if (language[0] == '\0' || subject->store == NULL ||
        has_language(subject->record, language))
        return NULL;
    for (size_t i = 0; i < verdict->translation_count && i < VERDICT_LINKS_MAX;
         i++)
        if (suits(subject, &verdict->translations[i], language))
            return &verdict->translations[i];
    return NULL;
}
