#include "cli/learned.h"

#include <string.h>

#include "cli/cli_clock.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "core/limits.h"
#include "core/lock.h"
#include "core/mem.h"
#include "core/text.h"

#define LEARNED_NAME "relays.learned"
/* The base32 of a key, and a zero. */
#define KEY_TEXT_SIZE 53

/* One line of the file. */
struct row {
    bool has_day;
    struct day day;
    enum relay_standing standing;
    struct relay_line line; /* of one that is forgotten, the key alone */
};

bool
learned_is(const struct relay_entry *entry)
{
    return entry->standing == RELAY_NEW || entry->standing == RELAY_ANSWERED;
}

/* What stands in text before the next end, which is taken off with it. */
static struct byte_view
take_until(struct byte_view *text, char end)
{
    size_t size = 0;
    struct byte_view taken;

    while (size < text->size && text->data[size] != (uint8_t)end)
        size++;
    taken = byte_view_slice(*text, 0, size);
    *text = byte_view_slice(*text, size + 1, text->size);
    return taken;
}

static bool
parse_row(struct row *out, struct byte_view text)
{
    const struct byte_view day = take_until(&text, ' ');
    const struct byte_view standing = take_until(&text, ' ');

    memset(out, 0, sizeof(*out));
    out->has_day = !byte_view_equal_text(day, "-");
    if (out->has_day && day_parse(&out->day, day) != STATUS_OK)
        return false;
    if (byte_view_equal_text(standing, "forgotten")) {
        out->standing = RELAY_FORGOTTEN;
        return text_base32_parse(out->line.key.octets,
                                 sizeof(out->line.key.octets),
                                 text) == STATUS_OK;
    }
    out->standing = RELAY_NEW;
    if (byte_view_equal_text(standing, "answered"))
        out->standing = RELAY_ANSWERED;
    else if (!byte_view_equal_text(standing, "new"))
        return false;
    return relay_line_parse(&out->line, text) == STATUS_OK &&
           relay_book_is_harmless(&out->line);
}

static enum status
add_row(struct relay_book *book, const struct row *row)
{
    const struct day today = cli_clock_today();
    enum status status;

    if (row->standing == RELAY_FORGOTTEN)
        return relay_book_forget(book, &row->line.key);
    status = relay_book_restore(
        book, &row->line, row->standing == RELAY_ANSWERED,
        row->has_day ? &row->day : NULL, cli_clock_hour() > 0 ? &today : NULL);
    return status == STATUS_FULL ? STATUS_OK : status;
}

/* Take the file's rows into book; those to be forgotten first, or alone. */
static int
read_file(struct cli *cli, struct relay_book *book, bool all)
{
    struct byte_buf text;
    struct byte_view rest;
    struct row row;
    int code;

    byte_buf_init(&text, LEARNED_TEXT_MAX);
    code = home_read(cli, LEARNED_NAME, &text);
    for (int pass = 0; pass < (all ? 2 : 1); pass++) {
        rest = byte_view_of_buf(&text);
        while (code == 0 && rest.size > 0)
            if (parse_row(&row, take_until(&rest, '\n')) &&
                (row.standing == RELAY_FORGOTTEN) == (pass == 0) &&
                add_row(book, &row) != STATUS_OK)
                code = cli_fail_memory(cli);
    }
    mem_wipe(&row, sizeof(row));
    if (text.data != NULL)
        mem_wipe(text.data, text.capacity);
    byte_buf_release(&text);
    return code;
}

int
learned_open(struct cli *cli, const struct relays *relays, bool learns,
             struct relay_book *book)
{
    int code = 0;

    relay_book_init(book, &cli->entropy, learns);
    for (size_t i = 0; i < relays->count && code == 0; i++)
        if (relay_book_add_typed(book, &relays->lines[i]) != STATUS_OK)
            code = cli_fail_memory(cli);
    if (code == 0)
        code = read_file(cli, book, true);
    book->changed = false;
    if (code != 0)
        relay_book_release(book);
    return code;
}

int
learned_merge(struct cli *cli, struct relay_book *book)
{
    return read_file(cli, book, false);
}

static enum status
write_row(struct byte_buf *out, const struct relay_entry *entry)
{
    char day[DAY_TEXT_SIZE] = "-";
    char key[KEY_TEXT_SIZE];
    enum status status;

    if (entry->has_until)
        day_format(entry->until, day);
    status = byte_buf_append_text(out, day);
    if (entry->standing == RELAY_FORGOTTEN) {
        text_base32(key, entry->line.key.octets, sizeof(entry->line.key));
        if (status == STATUS_OK)
            status = byte_buf_append_text(out, " forgotten ");
        if (status == STATUS_OK)
            status = byte_buf_append_text(out, key);
    } else {
        if (status == STATUS_OK)
            status = byte_buf_append_text(
                out, entry->standing == RELAY_NEW ? " new " : " answered ");
        if (status == STATUS_OK)
            status = relay_line_write(out, &entry->line);
    }
    return status == STATUS_OK ? byte_buf_append_text(out, "\n") : status;
}

int
learned_save(struct cli *cli, struct relay_book *book)
{
    struct byte_buf text;
    enum status status = STATUS_OK;
    int code;

    if (!book->changed)
        return 0;
    book->changed = false;
    relay_book_sort(book);
    byte_buf_init(&text, LEARNED_TEXT_MAX);
    for (size_t i = 0; i < book->count && status == STATUS_OK; i++)
        if (book->entries[i].standing != RELAY_TYPED)
            status = write_row(&text, &book->entries[i]);
    code = status == STATUS_OK
               ? home_write(cli, LEARNED_NAME, byte_view_of_buf(&text), 0600)
               : cli_fail_memory(cli);
    if (text.data != NULL)
        mem_wipe(text.data, text.capacity);
    byte_buf_release(&text);
    return code;
}

int
learned_keep(struct cli *cli, struct relay_book *book)
{
    struct lock *lock;
    int code;

    if (!book->changed)
        return 0;
    code = home_lock(cli, &lock);
    if (code != 0)
        return code;
    code = learned_merge(cli, book);
    if (code == 0)
        code = learned_save(cli, book);
    home_unlock(lock);
    return code;
}
