#include "core/paper.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/hash.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/text.h"

#define LINE_OCTETS  ((size_t)20)
#define GROUP_DIGITS ((size_t)4)
#define CHECK_DIGITS ((size_t)2)
#define LENGTH_SIZE  ((size_t)2)
#define WHOLE        0 /* the number of a line that holds all */

/* All that is on one paper, and in base32. */
#define OCTETS_MAX  (LENGTH_SIZE + PAPER_OCTETS_MAX)
#define DIGITS_SIZE ((OCTETS_MAX * 8 + 4) / 5 + 1)

/* Writing. */

static void
check_of(char out[CHECK_DIGITS + 1], size_t number, struct byte_view octets)
{
    const uint8_t octet = (uint8_t)number;
    char digits[LINE_OCTETS * 2];
    struct hash_stream stream;
    uint8_t hash[HASH_256_SIZE];

    hash_stream_init(&stream);
    hash_stream_update(&stream, byte_view_of_text("p2pub1 paper"));
    hash_stream_update(&stream, byte_view_of(&octet, 1));
    hash_stream_update(&stream, octets);
    hash_stream_final(&stream, hash);
    text_base32(digits, hash, 5);
    memcpy(out, digits, CHECK_DIGITS);
    out[CHECK_DIGITS] = '\0';
}

static enum status
write_line(struct byte_buf *out, const char *word, size_t number,
           struct byte_view octets, size_t group)
{
    char digits[DIGITS_SIZE];
    char check[CHECK_DIGITS + 1];
    char front[16];
    enum status status;

    text_base32(digits, octets.data, octets.size);
    check_of(check, number, octets);
    (void)snprintf(front, sizeof(front), " %02zu ", number);
    status = byte_buf_append_text(out, word);
    if (status == STATUS_OK)
        status = byte_buf_append_text(out, front);
    for (size_t i = 0; digits[i] != '\0' && status == STATUS_OK; i++) {
        status = byte_buf_append(out, byte_view_of(&digits[i], 1));
        if (status == STATUS_OK && (i + 1) % group == 0 &&
            digits[i + 1] != '\0')
            status = byte_buf_append_text(out, " ");
    }
    if (status == STATUS_OK)
        status = byte_buf_append_text(out, " ");
    if (status == STATUS_OK)
        status = byte_buf_append_text(out, check);
    return status == STATUS_OK ? byte_buf_append_text(out, "\n") : status;
}

/* The octets with their length before them; mem_free *out. */
static enum status
with_length(uint8_t **out, struct byte_view octets)
{
    *out = NULL;
    if (octets.size > PAPER_OCTETS_MAX)
        return STATUS_TOO_LARGE;
    *out = mem_alloc(LENGTH_SIZE + octets.size);
    if (*out == NULL)
        return STATUS_NO_MEMORY;
    (*out)[0] = (uint8_t)(octets.size >> 8);
    (*out)[1] = (uint8_t)octets.size;
    memcpy(*out + LENGTH_SIZE, octets.data, octets.size);
    return STATUS_OK;
}

enum status
paper_write(struct byte_buf *out, const char *word, struct byte_view octets)
{
    const size_t before = out->size;
    uint8_t *all;
    size_t number = 1;
    enum status status = with_length(&all, octets);

    for (size_t at = 0; status == STATUS_OK && at < LENGTH_SIZE + octets.size;
         at += LINE_OCTETS, number++)
        status = write_line(
            out, word, number,
            byte_view_slice(byte_view_of(all, LENGTH_SIZE + octets.size), at,
                            LINE_OCTETS),
            GROUP_DIGITS);
    mem_free(all);
    if (status != STATUS_OK)
        out->size = before;
    return status;
}

enum status
paper_write_whole(struct byte_buf *out, const char *word,
                  struct byte_view octets)
{
    const size_t before = out->size;
    uint8_t *all;
    enum status status = with_length(&all, octets);

    if (status == STATUS_OK)
        status = write_line(out, word, WHOLE,
                            byte_view_of(all, LENGTH_SIZE + octets.size),
                            DIGITS_SIZE);
    mem_free(all);
    if (status != STATUS_OK) {
        out->size = before;
        return status;
    }
    out->size--; /* the line end */
    for (size_t i = before; i < out->size; i++)
        if (out->data[i] >= 'a' && out->data[i] <= 'z')
            out->data[i] = (uint8_t)(out->data[i] - 'a' + 'A');
    return STATUS_OK;
}

/* Reading. */

/* One line as it was typed. */
struct line {
    size_t number;
    size_t digit_count; /* the check digits are the last of them */
    char digits[DIGITS_SIZE + CHECK_DIGITS];
};

/* What the lines so far hold. */
struct page {
    bool has[PAPER_LINES_MAX + 1];
    size_t size[PAPER_LINES_MAX + 1];
    uint8_t octets[PAPER_LINES_MAX + 1][LINE_OCTETS];
    size_t last; /* the highest number */
    bool has_whole;
    size_t whole_size;
    uint8_t whole[OCTETS_MAX];
};

static bool
is_blank(uint8_t octet)
{
    return octet == ' ' || octet == '\t' || octet == '\r';
}

/* As it is written; 0 for what never is. */
static uint8_t
letter_of(uint8_t octet)
{
    if (octet >= 'A' && octet <= 'Z')
        octet |= 0x20;
    if (octet == '0')
        return 'o';
    if (octet == '1')
        return 'l';
    return (octet >= 'a' && octet <= 'z') || (octet >= '2' && octet <= '7')
               ? octet
               : 0;
}

static void
skip_blanks(struct byte_view *view)
{
    while (view->size > 0 && is_blank(view->data[0]))
        *view = byte_view_slice(*view, 1, view->size);
}

/* True if view begins with word in any case and a blank, which are taken
 * off. */
static bool
take_word(struct byte_view *view, const char *word)
{
    const size_t size = strlen(word);

    skip_blanks(view);
    if (view->size <= size || !is_blank(view->data[size]))
        return false;
    for (size_t i = 0; i < size; i++)
        if ((view->data[i] | 0x20) != (uint8_t)word[i])
            return false;
    *view = byte_view_slice(*view, size, view->size);
    return true;
}

/* The number and the digits of what stands behind the word; false for letters
 * that do not occur. */
static bool
split_line(struct line *line, struct byte_view view)
{
    size_t digits = 0;

    memset(line, 0, sizeof(*line));
    skip_blanks(&view);
    while (digits < view.size && !is_blank(view.data[digits])) {
        if (view.data[digits] < '0' || view.data[digits] > '9' || digits == 2)
            return false;
        line->number = line->number * 10 + (size_t)(view.data[digits] - '0');
        digits++;
    }
    if (digits == 0 || line->number > PAPER_LINES_MAX)
        return false;
    for (size_t i = digits; i < view.size; i++) {
        const uint8_t letter = letter_of(view.data[i]);

        if (is_blank(view.data[i]))
            continue;
        if (letter == 0 || line->digit_count == sizeof(line->digits))
            return false;
        line->digits[line->digit_count++] = (char)letter;
    }
    return line->digit_count > CHECK_DIGITS;
}

/* Whether so many octets may stand there, and do. */
static bool
decode(uint8_t *out, size_t maximum, size_t *size, const struct line *line)
{
    const size_t count = line->digit_count - CHECK_DIGITS;

    *size = count * 5 / 8;
    return *size > 0 && *size <= maximum &&
           text_base32_parse(out, *size, byte_view_of(line->digits, count)) ==
               STATUS_OK;
}

static bool
check_fits(const struct line *line, const uint8_t *octets, size_t size)
{
    char check[CHECK_DIGITS + 1];

    check_of(check, line->number, byte_view_of(octets, size));
    return memcmp(check, line->digits + line->digit_count - CHECK_DIGITS,
                  CHECK_DIGITS) == 0;
}

/* Take one line in; false, and why, if it is wrong. */
static bool
take_line(struct page *page, struct byte_view view, enum paper_wrong *wrong,
          size_t *number)
{
    struct line line;
    uint8_t octets[OCTETS_MAX];
    size_t maximum;
    size_t size = 0;

    *wrong = PAPER_LETTER;
    if (!split_line(&line, view)) {
        *number = line.number;
        return false;
    }
    *number = line.number;
    maximum = line.number == WHOLE ? OCTETS_MAX : LINE_OCTETS;
    if (!decode(octets, maximum, &size, &line))
        return false;
    *wrong = PAPER_CHECK;
    if (!check_fits(&line, octets, size))
        return false;
    *wrong = PAPER_TWICE;
    if (line.number == WHOLE) {
        if (page->has_whole && (page->whole_size != size ||
                                memcmp(page->whole, octets, size) != 0))
            return false;
        page->has_whole = true;
        page->whole_size = size;
        memcpy(page->whole, octets, size);
        return true;
    }
    if (page->has[line.number] &&
        (page->size[line.number] != size ||
         memcmp(page->octets[line.number], octets, size) != 0))
        return false;
    page->has[line.number] = true;
    page->size[line.number] = size;
    memcpy(page->octets[line.number], octets, size);
    if (line.number > page->last)
        page->last = line.number;
    return true;
}

/* Take in every line that begins with word. */
static enum status
take_text(struct page *page, const char *word, struct byte_view text,
          struct paper_fault *fault)
{
    size_t number = 0;

    while (text.size > 0) {
        const uint8_t *end = memchr(text.data, '\n', text.size);
        size_t size = end == NULL ? text.size : (size_t)(end - text.data) + 1;
        struct byte_view view =
            byte_view_slice(text, 0, end == NULL ? size : size - 1);

        number++;
        text = byte_view_slice(text, size, text.size);
        if (take_word(&view, word) &&
            !take_line(page, view, &fault->wrong, &fault->number)) {
            fault->line = number;
            return STATUS_MALFORMED;
        }
    }
    return STATUS_OK;
}

static enum status
fail_at(struct paper_fault *fault, enum paper_wrong wrong, size_t number)
{
    fault->wrong = wrong;
    fault->line = 0;
    fault->number = number;
    return STATUS_MALFORMED;
}

/* Put the numbered lines behind one another where the whole would be. */
static enum status
join(struct page *page, struct paper_fault *fault)
{
    page->whole_size = 0;
    for (size_t i = 1; i <= page->last; i++) {
        if (!page->has[i])
            return fail_at(fault, PAPER_MISSING, i);
        if (i < page->last && page->size[i] != LINE_OCTETS)
            return fail_at(fault, PAPER_LENGTH, i);
        memcpy(page->whole + page->whole_size, page->octets[i], page->size[i]);
        page->whole_size += page->size[i];
    }
    return STATUS_OK;
}

/* Append what the length says, which must be all. */
static enum status
finish(struct byte_buf *out, const struct page *page, struct paper_fault *fault)
{
    size_t length;

    if (page->whole_size < LENGTH_SIZE)
        return fail_at(fault, PAPER_LENGTH, page->last);
    length = (size_t)page->whole[0] << 8 | page->whole[1];
    if (length + LENGTH_SIZE > page->whole_size)
        return fail_at(fault, page->has_whole ? PAPER_LENGTH : PAPER_MISSING,
                       page->has_whole ? WHOLE : page->last + 1);
    if (length + LENGTH_SIZE < page->whole_size)
        return fail_at(fault, PAPER_LENGTH, page->last);
    return byte_buf_append(out,
                           byte_view_of(page->whole + LENGTH_SIZE, length));
}

enum status
paper_read(struct byte_buf *out, const char *word, struct byte_view text,
           struct paper_fault *fault)
{
    struct page *page = mem_zalloc(1, sizeof(*page));
    enum status status;

    memset(fault, 0, sizeof(*fault));
    if (page == NULL)
        return STATUS_NO_MEMORY;
    status = take_text(page, word, text, fault);
    if (status == STATUS_OK && !page->has_whole && page->last == 0)
        status = STATUS_NOT_FOUND;
    /* The lines can be compared with the paper; the code cannot. */
    if (status == STATUS_OK && page->last > 0 && !page->has_whole)
        status = join(page, fault);
    if (status == STATUS_OK)
        status = finish(out, page, fault);
    mem_free(page);
    return status;
}
