#include "tests/unit/messages.h"

#include <stddef.h>

#include "net/message.h"
#include "net/packed.h"
#include "net/prime_list.h"
#include "net/relay_message.h"
#include "net/summary.h"
#include "net/wide.h"

static enum status
rewrite_gone(struct byte_buf *out, struct byte_view body)
{
    uint64_t ids[LIST_IDS_MAX];
    struct byte_view view;
    size_t count = 0;
    enum status status = message_read_gone(&view, body);

    if (status != STATUS_OK)
        return status;
    while (message_next_gone(&ids[count], &view))
        count++;
    return message_write_gone(out, ids, count);
}

static enum status
rewrite_packed(struct byte_buf *out, struct byte_view body)
{
    struct message_packed packed;
    struct message_draft draft;
    enum status status = packed_read(&packed, body);

    if (status != STATUS_OK)
        return status;
    message_begin(&draft, out, MESSAGE_PACKED);
    packed_put_head(&draft, &packed);
    writer_bytes(&draft.writer, packed.packed);
    return message_end(&draft);
}

static enum status
rewrite_record(struct byte_buf *out, enum message_type type,
               struct byte_view body)
{
    struct message_record record;
    struct message_chunk chunk;
    struct message_draft draft;
    enum status status = message_read_record(&record, body);

    if (status != STATUS_OK)
        return status;
    message_begin(&draft, out, type);
    message_put_wire(&draft, record.wire);
    while (message_next_inline(&chunk, &record.chunks))
        message_put_inline(&draft, &chunk);
    return message_end(&draft);
}

static enum status
rewrite_prefixes(struct byte_buf *out, enum message_type type,
                 struct byte_view body)
{
    struct byte_view prefixes;
    enum status status = message_read_prefixes(&prefixes, type, body);

    return status != STATUS_OK ? status
                               : message_write_prefixes(out, type, prefixes);
}

static enum status
rewrite_marks(struct byte_buf *out, struct byte_view body)
{
    struct wide_mark mark;
    struct message_draft draft;
    enum status status = wide_read_marks(body);

    message_begin(&draft, out, MESSAGE_WIDE);
    while (status == STATUS_OK && wide_next_mark(&mark, &body)) {
        writer_bytes(&draft.writer,
                     byte_view_of(mark.prefix, sizeof(mark.prefix)));
        writer_u8(&draft.writer, mark.goes_on ? 1 : 0);
    }
    return status == STATUS_OK ? message_end(&draft) : status;
}

static enum status
rewrite_names(struct byte_buf *out, enum message_type type,
              struct byte_view body)
{
    struct byte_view names;
    enum status status = relay_message_read_names(&names, type, body);

    return status != STATUS_OK ? status
                               : relay_message_write_names(out, type, names);
}

/* Lines that are none are written as they came. */
static enum status
rewrite_lines(struct byte_buf *out, struct byte_view body)
{
    struct message_draft draft;
    struct relay_line relay;
    struct byte_view lines;
    struct byte_view line;
    enum status status = relay_message_read_lines(&lines, body);

    if (status != STATUS_OK)
        return status;
    message_begin(&draft, out, MESSAGE_RELAYS);
    while (status == STATUS_OK && relay_message_next_line(&line, &lines)) {
        /* White space around a line is not part of it. */
        if (line.size == 0 || line.data[0] != 'p' ||
            line.data[line.size - 1] <= ' ' ||
            relay_line_parse(&relay, line) != STATUS_OK) {
            writer_bytes(&draft.writer, line);
            writer_text(&draft.writer, "\n");
        } else {
            status = relay_message_put_line(&draft, &relay);
        }
    }
    return status == STATUS_OK ? message_end(&draft) : status;
}

enum status
messages_rewrite(struct byte_buf *out, uint8_t type, struct byte_view body)
{
    uint64_t ids[LIST_IDS_MAX];
    struct message_hello hello;
    struct prime_list primes;
    struct message_chunk chunk;
    struct summary summary;
    struct message_list list;
    struct message_run run;
    struct byte_view view;
    struct span span;
    uint64_t number;
    enum status status;

    switch (type) {
    case MESSAGE_HELLO:
        status = message_read_hello(&hello, body);
        return status != STATUS_OK ? status : message_write_hello(out, &hello);
    case MESSAGE_SUMMARY:
        status = summary_read(&summary, body);
        return status != STATUS_OK ? status : summary_write(out, &summary);
    case MESSAGE_ASK:
        status = message_read_ask(&span, body);
        return status != STATUS_OK ? status : message_write_ask(out, &span);
    case MESSAGE_LIST:
    case MESSAGE_WANT:
    case MESSAGE_WANT_FIRST:
        status = message_read_list(&list, (enum message_type)type, body);
        if (status == STATUS_OK)
            status = message_list_ids(ids, &list);
        return status != STATUS_OK
                   ? status
                   : message_write_list(out, (enum message_type)type, &list,
                                        ids);
    case MESSAGE_GONE:
        return rewrite_gone(out, body);
    case MESSAGE_PRIME:
        status = prime_list_read(&primes, body);
        return status != STATUS_OK ? status : prime_list_write(out, &primes);
    case MESSAGE_PACKED:
        return rewrite_packed(out, body);
    case MESSAGE_RECORD:
    case MESSAGE_SHORT:
        return rewrite_record(out, (enum message_type)type, body);
    case MESSAGE_WANT_CHUNKS:
    case MESSAGE_GONE_CHUNKS:
        status = message_read_run(&run, body);
        return status != STATUS_OK
                   ? status
                   : message_write_run(out, (enum message_type)type, &run);
    case MESSAGE_CHUNK:
        status = message_read_chunk(&chunk, body);
        return status != STATUS_OK ? status : message_write_chunk(out, &chunk);
    case MESSAGE_ACK:
        status = message_read_ack(&view, body);
        return status != STATUS_OK ? status : message_write_ack(out, view);
    case MESSAGE_GRAFT:
    case MESSAGE_IHAVE:
    case MESSAGE_PRUNE:
    case MESSAGE_FULL:
        return rewrite_prefixes(out, (enum message_type)type, body);
    case MESSAGE_WIDE:
        return rewrite_marks(out, body);
    case MESSAGE_RELAY_NAMES:
    case MESSAGE_ASK_RELAYS:
        return rewrite_names(out, (enum message_type)type, body);
    case MESSAGE_RELAYS:
        return rewrite_lines(out, body);
    default:
        status = message_read_number(&number, body);
        return status != STATUS_OK
                   ? status
                   : message_write_number(out, (enum message_type)type, number);
    }
}
