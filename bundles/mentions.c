#include "bundles/mentions.h"

#include "core/bytes.h"

/* True if a line with this word, in this kind, names another record. */
static bool
is_mention(enum record_kind kind, struct byte_view word)
{
    switch (kind) {
    case RECORD_COSIGN:
        return byte_view_equal_text(word, "signs");
    case RECORD_WITHDRAW:
        return byte_view_equal_text(word, "withdraws");
    case RECORD_STATEMENT:
        return byte_view_equal_text(word, "replaces") ||
               byte_view_equal_text(word, "translates");
    case RECORD_IDENTITY:
    case RECORD_REVOKE:
    case RECORD_VOUCH:
    case RECORD_SEALED:
    case RECORD_RELEASE:
    case RECORD_OTHER:
        break;
    }
    return false;
}

size_t
mentions_of(const struct record *record, struct record_id out[MENTIONS_MAX])
{
    const struct record_fields *fields = record_fields(record);
    enum record_kind kind = record_kind(record);
    const size_t most = kind == RECORD_STATEMENT ? MENTIONS_MAX : 1;
    size_t count = 0;

    for (size_t i = 0; i < fields->line_count && count < most; i++) {
        const struct record_line *line = &fields->lines[i];

        if (!is_mention(kind, line->word) ||
            record_id_parse(&out[count], line->text) != STATUS_OK)
            continue;
        if (count == 0 || !record_id_equal(&out[0], &out[count]))
            count++;
    }
    return count;
}
