#include "bundles/mentions.h"

#include <assert.h>
#include <string.h>

#include "core/bytes.h"
#include "core/limits.h"

static_assert(sizeof(struct record_id) == sizeof(struct key_author),
              "a key stands in the index as an id");

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
    case RECORD_SEALED:
        return byte_view_equal_text(word, "seals");
    case RECORD_RELEASE:
        return byte_view_equal_text(word, "opens");
    case RECORD_IDENTITY:
        return byte_view_equal_text(word, "follows");
    case RECORD_REVOKE:
    case RECORD_VOUCH:
    case RECORD_OTHER:
        break;
    }
    return false;
}

struct record_id
mentions_heads(void)
{
    const struct record_id zeros = {{0}};

    return zeros;
}

struct record_id
mentions_vouches(void)
{
    return mentions_heads();
}

struct record_id
mentions_key(const struct key_author *author)
{
    struct record_id id;

    memcpy(id.octets, author->octets, sizeof(id.octets));
    return id;
}

/* True, and the id in *out, if the line is about a key. */
static bool
read_key(const struct record_line *line, struct record_id *out)
{
    struct key_public key;

    if (!byte_view_equal_text(line->word, "for") ||
        key_public_parse(&key, line->text) != STATUS_OK)
        return false;
    *out = mentions_key(&key.author);
    return true;
}

/* True, and the id in *out, if the line is about a record or a key. */
static bool
read_mention(enum record_kind kind, const struct record_line *line,
             struct record_id *out)
{
    if (kind == RECORD_VOUCH)
        return read_key(line, out);
    if (kind == RECORD_STATEMENT && byte_view_equal_text(line->word, "head")) {
        *out = mentions_heads();
        return true;
    }
    return is_mention(kind, line->word) &&
           record_id_parse(out, line->text) == STATUS_OK;
}

static bool
is_among(const struct record_id *ids, size_t count, const struct record_id *id)
{
    for (size_t i = 0; i < count; i++)
        if (record_id_equal(&ids[i], id))
            return true;
    return false;
}

/* A statement may replace one, translate another, and quote heads; a version
 * of an identity follows up to four. */
static size_t
mentions_most(enum record_kind kind)
{
    if (kind == RECORD_STATEMENT)
        return 3;
    return kind == RECORD_IDENTITY ? IDENTITY_FOLLOWS_MAX : 1;
}

size_t
mentions_of(const struct record *record, struct record_id out[MENTIONS_MAX])
{
    const struct record_fields *fields = record_fields(record);
    enum record_kind kind = record_kind(record);
    const size_t most = mentions_most(kind);
    struct record_id id;
    size_t count = 0;

    for (size_t i = 0; i < fields->line_count && count < most; i++)
        if (read_mention(kind, &fields->lines[i], &id) &&
            !is_among(out, count, &id))
            out[count++] = id;
    if (kind == RECORD_REVOKE)
        out[count++] = mentions_key(&fields->key.author);
    if (kind == RECORD_VOUCH)
        out[count++] = mentions_vouches();
    return count;
}
