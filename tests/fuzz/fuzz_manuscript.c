/* Files taken for texts: what is taken is well formed and stays as it is when
 * it is taken again; its title may stand in a record. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "bundles/manuscript.h"
#include "core/text.h"
#include "tests/fuzz/check.h"

static void
check_taken(struct byte_view text)
{
    char title[MANUSCRIPT_TITLE_SIZE];
    struct manuscript_report report;
    struct byte_buf again;
    enum status status;

    CHECK(text_is_utf8(text));
    CHECK(memchr(text.data, '\r', text.size) == NULL);
    manuscript_title(title, text);
    CHECK(title[0] == '\0' || text_is_line(byte_view_of_text(title)));
    CHECK(strlen(title) <= STATEMENT_TITLE_MAX);

    byte_buf_init(&again, PUBLISH_TEXT_MAX);
    status = manuscript_take(&again, &report, text);
    /* A second mark may stand behind the first. */
    if (!report.had_mark) {
        CHECK(status == STATUS_OK);
        CHECK(byte_view_equal(byte_view_of_buf(&again), text));
    }
    byte_buf_release(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    struct manuscript_report report;
    struct byte_buf text;
    enum status status;

    byte_buf_init(&text, PUBLISH_TEXT_MAX);
    status = manuscript_take(&text, &report, byte_view_of(octets, size));
    CHECK((status == STATUS_OK) == (report.fault == MANUSCRIPT_FINE));
    if (status == STATUS_OK)
        check_taken(byte_view_of_buf(&text));
    else
        CHECK(text.size == 0);
    byte_buf_release(&text);
    return 0;
}
