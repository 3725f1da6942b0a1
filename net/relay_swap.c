#include "net/relay_swap.h"

#include <string.h>

#include "core/entropy.h"
#include "core/mem.h"
#include "net/node.h"
#include "net/peer.h"
#include "net/relay_message.h"

void
relay_swap_init(struct relay_swap *swap, const struct address *from,
                bool is_client)
{
    memset(swap, 0, sizeof(*swap));
    swap->from = *from;
    swap->is_client = is_client;
}

/* Put name where it belongs among the size octets of names: what was typed is
 * not to be told from what was learned. */
static void
insert_name(uint8_t *names, size_t size,
            const uint8_t name[RELAY_BOOK_NAME_SIZE])
{
    size_t at = size;

    while (at > 0 && memcmp(names + at - RELAY_BOOK_NAME_SIZE, name,
                            RELAY_BOOK_NAME_SIZE) > 0)
        at -= RELAY_BOOK_NAME_SIZE;
    memmove(names + at + RELAY_BOOK_NAME_SIZE, names + at, size - at);
    memcpy(names + at, name, RELAY_BOOK_NAME_SIZE);
}

enum status
relay_swap_tell(struct peer *peer)
{
    const struct relay_book *book = peer->node->config.relays;
    struct relay_swap *swap = &peer->relays;
    uint8_t names[RELAY_NAMES_MAX * RELAY_BOOK_NAME_SIZE];
    uint8_t name[RELAY_BOOK_NAME_SIZE];
    size_t size = 0;

    if (book == NULL || swap->is_client || swap->told == book->news)
        return STATUS_OK;
    swap->told = book->news;
    for (size_t i = 0; i < book->count && size < sizeof(names); i++) {
        if (!relay_book_is_told(&book->entries[i]))
            continue;
        relay_book_name(name, &peer->salt, &book->entries[i].line.key);
        insert_name(names, size, name);
        size += RELAY_BOOK_NAME_SIZE;
    }
    if (size == 0)
        return STATUS_OK;
    return relay_message_write_names(&peer->out, MESSAGE_RELAY_NAMES,
                                     byte_view_of(names, size));
}

/* The entry that the name stands for under salt, or NULL. */
static const struct relay_entry *
find_named(const struct relay_book *book, const struct salt *salt,
           const uint8_t name[RELAY_BOOK_NAME_SIZE])
{
    uint8_t own[RELAY_BOOK_NAME_SIZE];

    for (size_t i = 0; i < book->count; i++) {
        relay_book_name(own, salt, &book->entries[i].line.key);
        if (memcmp(own, name, sizeof(own)) == 0)
            return &book->entries[i];
    }
    return NULL;
}

/* Those of names, a bit each, whose lines are no news: every key is hashed once,
 * however many names there are. */
static uint64_t
find_known(const struct relay_book *book, const struct salt *salt,
           struct byte_view names)
{
    uint8_t own[RELAY_BOOK_NAME_SIZE];
    uint64_t found = 0;

    for (size_t i = 0; i < book->count; i++) {
        if (relay_book_is_wanted(&book->entries[i]))
            continue;
        relay_book_name(own, salt, &book->entries[i].line.key);
        for (size_t at = 0; at < names.size; at += sizeof(own))
            if (memcmp(names.data + at, own, sizeof(own)) == 0)
                found |= UINT64_C(1) << at / sizeof(own);
    }
    return found;
}

/* How many lines may be asked for. */
static size_t
room_for(struct peer *peer)
{
    struct relay_book *book = peer->node->config.relays;

    if (!peer->relays.is_client)
        return relay_book_room(book, &peer->relays.from, peer->node->now);
    /* Of what a client holds nothing must show, nor of what it had room for. */
    if (!book->learns ||
        entropy_below(peer->node->config.entropy, RELAY_ASK_ONE_IN) != 0)
        return 0;
    return RELAY_ASK_MAX;
}

enum status
relay_swap_on_names(struct peer *peer, struct byte_view body)
{
    struct node *node = peer->node;
    struct relay_swap *swap = &peer->relays;
    uint8_t name[RELAY_BOOK_NAME_SIZE];
    struct byte_view names;
    enum status status =
        relay_message_read_names(&names, MESSAGE_RELAY_NAMES, body);
    uint64_t known = 0;
    size_t room;

    if (status != STATUS_OK || node->config.relays == NULL)
        return status;
    if (swap->wanted_count > 0 || swap->asked_count > 0 ||
        swap->heard >= RELAY_NAMES_HEARD)
        return STATUS_OK;
    swap->heard++;
    room = room_for(peer);
    /* What a client holds must not show. */
    if (room > 0 && !swap->is_client)
        known = find_known(node->config.relays, &peer->theirs.salt, names);
    for (; swap->wanted_count < room && message_next_prefix(name, &names);
         known >>= 1)
        if ((known & 1) == 0)
            memcpy(swap->names[swap->wanted_count++], name, sizeof(name));
    return STATUS_OK;
}

enum status
relay_swap_ask(struct peer *peer)
{
    struct relay_swap *swap = &peer->relays;
    enum status status;

    if (swap->wanted_count == 0)
        return STATUS_OK;
    status = relay_message_write_names(
        &peer->out, MESSAGE_ASK_RELAYS,
        byte_view_of(swap->names, swap->wanted_count * RELAY_BOOK_NAME_SIZE));
    if (status != STATUS_OK)
        return status;
    peer_count_out(peer);
    swap->asked_count = swap->wanted_count;
    swap->wanted_count = 0;
    return STATUS_OK;
}

enum status
relay_swap_on_ask(struct peer *peer, struct byte_view body)
{
    const struct relay_book *book = peer->node->config.relays;
    struct relay_swap *swap = &peer->relays;
    uint8_t name[RELAY_BOOK_NAME_SIZE];
    struct message_draft draft;
    struct byte_view names;
    enum status status =
        relay_message_read_names(&names, MESSAGE_ASK_RELAYS, body);

    if (status != STATUS_OK)
        return status;
    message_begin(&draft, &peer->out, MESSAGE_RELAYS);
    while (status == STATUS_OK && book != NULL && !swap->is_client &&
           swap->asked_of_us < RELAY_ASKED_MAX &&
           message_next_prefix(name, &names)) {
        const struct relay_entry *entry = find_named(book, &peer->salt, name);

        swap->asked_of_us++;
        if (entry != NULL && relay_book_is_told(entry))
            status = relay_message_put_line(&draft, &entry->line);
    }
    if (status == STATUS_OK)
        return message_end(&draft);
    peer->out.size = draft.start;
    return status;
}

static bool
was_asked(const struct peer *peer, const struct dh_public *key)
{
    uint8_t name[RELAY_BOOK_NAME_SIZE];

    relay_book_name(name, &peer->theirs.salt, key);
    for (size_t i = 0; i < peer->relays.asked_count; i++)
        if (memcmp(peer->relays.names[i], name, sizeof(name)) == 0)
            return true;
    return false;
}

/* Whatever is wrong with one line is no fault of the next. */
static enum status
take_line(struct peer *peer, struct byte_view text)
{
    struct node *node = peer->node;
    struct relay_line line;
    enum status status = relay_line_parse(&line, text);

    if (status == STATUS_OK && was_asked(peer, &line.key))
        status =
            relay_book_learn(node->config.relays, &line, &peer->relays.from,
                             node->has_day ? &node->today : NULL, node->now);
    mem_wipe(&line, sizeof(line));
    return status == STATUS_NO_MEMORY ? status : STATUS_OK;
}

enum status
relay_swap_on_lines(struct peer *peer, struct byte_view body)
{
    struct relay_swap *swap = &peer->relays;
    struct byte_view lines;
    struct byte_view line;
    enum status status = relay_message_read_lines(&lines, body);

    if (status == STATUS_OK && swap->asked_count == 0)
        return STATUS_MALFORMED;
    while (status == STATUS_OK && relay_message_next_line(&line, &lines))
        status = take_line(peer, line);
    swap->asked_count = 0;
    return status;
}
