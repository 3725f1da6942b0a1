/* Texts that a telephone might bring: the line that is found is one that is
 * found again. */
#include <string.h>

#include "bundles/key_line.h"
#include "core/limits.h"
#include "tests/fuzz/check.h"

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    char text[KEY_LINE_TEXT_SIZE];
    struct record_id id = {{0}};
    struct key_line line;
    struct key_line again;
    enum status status = key_line_find(&line, byte_view_of(octets, size));

    if (size > KEY_LINE_INPUT_MAX)
        CHECK(status == STATUS_TOO_LARGE);
    else
        CHECK(status == STATUS_OK || status == STATUS_MALFORMED);
    if (status != STATUS_OK)
        return 0;
    memcpy(id.octets, line.id, sizeof(line.id));
    CHECK(key_line_is_of(&line, &id));
    key_line_format(text, &id, line.key);
    CHECK(key_line_find(&again, byte_view_of_text(text)) == STATUS_OK);
    CHECK(memcmp(&again, &line, sizeof(line)) == 0);
    return 0;
}
