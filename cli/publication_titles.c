#include <string.h>

#include "bundles/record_field.h"
#include "cli/publication.h"
#include "core/limits.h"

/* Put title where it belongs, by its tag. */
static void
insert(struct statement *statement, const struct statement_title *title)
{
    struct statement_title *titles = statement->titles;
    size_t at = statement->title_count++;

    for (; at > 0 &&
           byte_view_compare(titles[at - 1].language, title->language) > 0;
         at--)
        titles[at] = titles[at - 1];
    titles[at] = *title;
}

/* True if text number index gives itself a title that can stand beside the
 * statement's own. */
static bool
has_title(struct publication *publication, size_t index)
{
    const struct publish_input *input = &publication->inputs[index];
    char *title = publication->titles[index];

    if (strcmp(input->language, "und") == 0)
        return false;
    manuscript_title(title, byte_view_of_buf(&input->text));
    return strcmp(title, publication->title) != 0 &&
           record_field_is_text(byte_view_of_text(title));
}

void
publication_set_titles(struct publication *publication)
{
    struct statement *statement = &publication->request.statement;

    for (size_t i = 1; i < publication->text_count &&
                       statement->title_count < STATEMENT_TITLES_MAX;
         i++) {
        if (has_title(publication, i)) {
            const struct statement_title title = {
                byte_view_of_text(publication->inputs[i].language),
                byte_view_of_text(publication->titles[i])};

            insert(statement, &title);
        }
    }
}
