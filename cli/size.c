#include "cli/size.h"

#include <string.h>

#include "core/bytes.h"
#include "core/text.h"

enum status
size_parse(uint64_t *out, uint64_t maximum, const char *text)
{
    static const char letters[] = "KkMmGg";
    const size_t length = strlen(text);
    const char *letter = NULL;
    struct byte_view digits = byte_view_of_text(text);
    unsigned shift = 0;
    uint64_t number;
    enum status status;

    *out = 0;
    if (length > 0)
        letter = strchr(letters, text[length - 1]);
    if (letter != NULL) {
        digits = byte_view_slice(digits, 0, length - 1);
        shift = 10 * ((unsigned)(letter - letters) / 2 + 1);
    }
    status = text_decimal_parse(&number, maximum >> shift, digits);
    if (status == STATUS_OK)
        *out = number << shift;
    return status;
}
