#include "net/control.h"

#include <string.h>

#include "core/text.h"
#include "core/writer.h"

static const char *
control_word(enum control_kind kind)
{
    switch (kind) {
    case CONTROL_STATUS:
        return "status";
    case CONTROL_PUBLISHED:
        return "published";
    case CONTROL_CHANGED:
        return "changed";
    case CONTROL_FIGURES:
        return "figures";
    case CONTROL_PASSING:
        return "passing";
    case CONTROL_DELIVERED:
        return "delivered";
    case CONTROL_DONE:
        return "done";
    case CONTROL_SYNC:
        return "sync";
    case CONTROL_SYNCING:
        return "syncing";
    case CONTROL_SYNCED:
        return "synced";
    case CONTROL_UNKNOWN:
        return "unknown";
    }
    return "unknown";
}

static void
write_number(struct writer *writer, uint64_t number)
{
    writer_text(writer, " ");
    writer_decimal(writer, number);
}

static void
write_traffic(struct writer *writer, const struct engine_figures *figures)
{
    write_number(writer, figures->records_in);
    write_number(writer, figures->records_out);
    write_number(writer, figures->octets_in);
    write_number(writer, figures->octets_out);
}

enum status
control_write(struct byte_buf *out, const struct control_line *line)
{
    const struct engine_figures *figures = &line->figures;
    struct writer writer;

    writer_init(&writer, out);
    writer_text(&writer, control_word(line->kind));
    if (line->kind == CONTROL_PUBLISHED || line->kind == CONTROL_PASSING ||
        line->kind == CONTROL_DELIVERED) {
        writer_text(&writer, " ");
        writer_hex(&writer, line->id.octets, sizeof(line->id.octets));
    }
    if (line->kind == CONTROL_DELIVERED || line->kind == CONTROL_SYNC ||
        line->kind == CONTROL_SYNCING)
        write_number(&writer, line->count);
    if (line->kind == CONTROL_SYNC) {
        writer_text(&writer, " ");
        writer_text(&writer, line->relay[0] == '\0' ? "-" : line->relay);
    }
    if (line->kind == CONTROL_FIGURES) {
        write_number(&writer, figures->links);
        write_number(&writer, figures->links_silent);
        write_traffic(&writer, figures);
    }
    if (line->kind == CONTROL_SYNCED) {
        write_number(&writer, line->contacts);
        write_number(&writer, line->settled);
        write_number(&writer, line->relays_met);
        write_traffic(&writer, figures);
    }
    writer_text(&writer, "\n");
    return writer_status(&writer);
}

/* Take the next word off rest; words are parted by one space. */
static struct byte_view
next_word(struct byte_view *rest)
{
    const uint8_t *space =
        rest->size == 0 ? NULL : memchr(rest->data, ' ', rest->size);
    size_t size = space == NULL ? rest->size : (size_t)(space - rest->data);
    struct byte_view word = byte_view_slice(*rest, 0, size);

    *rest = byte_view_slice(*rest, size + 1, rest->size);
    return word;
}

static uint64_t
next_number(struct byte_view *rest, uint64_t maximum, bool *good)
{
    uint64_t number = 0;

    if (text_decimal_parse(&number, maximum, next_word(rest)) != STATUS_OK)
        *good = false;
    return number;
}

static uint32_t
next_count(struct byte_view *rest, bool *good)
{
    return (uint32_t)next_number(rest, UINT32_MAX, good);
}

static void
next_traffic(struct byte_view *rest, struct engine_figures *figures, bool *good)
{
    figures->records_in = next_number(rest, UINT64_MAX, good);
    figures->records_out = next_number(rest, UINT64_MAX, good);
    figures->octets_in = next_number(rest, UINT64_MAX, good);
    figures->octets_out = next_number(rest, UINT64_MAX, good);
}

/* A relay's name, or - for none. */
static void
next_relay(struct byte_view *rest, char out[RELAY_NAME_SIZE], bool *good)
{
    struct byte_view word = next_word(rest);

    if (byte_view_equal_text(word, "-"))
        return;
    if (word.size != RELAY_NAME_SIZE - 1)
        *good = false;
    else
        memcpy(out, word.data, word.size);
}

struct control_line
control_parse(struct byte_view text)
{
    struct control_line line = {.kind = CONTROL_UNKNOWN};
    struct engine_figures *figures = &line.figures;
    struct byte_view rest = text;
    struct byte_view word = next_word(&rest);
    enum control_kind kind = CONTROL_STATUS;
    bool good = true;

    while (kind != CONTROL_UNKNOWN &&
           !byte_view_equal_text(word, control_word(kind)))
        kind++;
    if (kind == CONTROL_PUBLISHED || kind == CONTROL_PASSING ||
        kind == CONTROL_DELIVERED)
        good = record_id_parse(&line.id, next_word(&rest)) == STATUS_OK;
    if (kind == CONTROL_DELIVERED || kind == CONTROL_SYNC ||
        kind == CONTROL_SYNCING)
        line.count = next_count(&rest, &good);
    if (kind == CONTROL_SYNC)
        next_relay(&rest, line.relay, &good);
    if (kind == CONTROL_FIGURES) {
        figures->links = next_count(&rest, &good);
        figures->links_silent = next_count(&rest, &good);
        next_traffic(&rest, figures, &good);
    }
    if (kind == CONTROL_SYNCED) {
        line.contacts = next_count(&rest, &good);
        line.settled = next_count(&rest, &good);
        line.relays_met = next_count(&rest, &good);
        next_traffic(&rest, figures, &good);
    }
    if (good && rest.size == 0)
        line.kind = kind;
    return line;
}
