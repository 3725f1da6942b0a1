#include "net/short_form.h"

#include <string.h>

#include "core/key.h"
#include "core/text.h"

/* What stands for what: an id in digits, a key string, and words. */
#define SHORT_ID   1
#define SHORT_KEY  2
#define SHORT_WORD 3

#define ID_SIZE    ((size_t)32)
#define ID_DIGITS  (2 * ID_SIZE)
#define KEY_DIGITS ((size_t)KEY_STRING_SIZE - 1)
/* "Ed", which each key string begins with, id and key. */
#define KEY_MARK  ((size_t)2)
#define KEY_WHOLE ((size_t)42)

static const char *const words[] = {"p2pub1 cosign\nkey ", "\ndate ",
                                    "\nsequence ", "\nprevious ", "\nsigns "};
static const size_t word_count = sizeof(words) / sizeof(words[0]);

/* Write what text begins with as octets, and say how much of text that is; 0 if
 * it begins with nothing of the kind. */
static size_t
put_id(struct writer *writer, struct byte_view text)
{
    uint8_t octets[ID_SIZE];

    if (text.size < ID_DIGITS ||
        text_hex_parse(octets, ID_SIZE, byte_view_slice(text, 0, ID_DIGITS)) !=
            STATUS_OK)
        return 0;
    writer_u8(writer, SHORT_ID);
    writer_bytes(writer, byte_view_of(octets, ID_SIZE));
    return ID_DIGITS;
}

static size_t
put_key(struct writer *writer, struct byte_view text)
{
    uint8_t octets[KEY_WHOLE];

    if (text.size < KEY_DIGITS || text.data[0] != 'R' ||
        text_base64_parse(octets, KEY_WHOLE,
                          byte_view_slice(text, 0, KEY_DIGITS)) != STATUS_OK ||
        octets[0] != 'E' || octets[1] != 'd')
        return 0;
    writer_u8(writer, SHORT_KEY);
    writer_bytes(writer, byte_view_of(octets + KEY_MARK, KEY_WHOLE - KEY_MARK));
    return KEY_DIGITS;
}

static size_t
put_word(struct writer *writer, struct byte_view text)
{
    if (text.data[0] != '\n' && text.data[0] != 'p')
        return 0;
    for (size_t i = 0; i < word_count; i++)
        if (byte_view_starts_with(text, words[i])) {
            writer_u8(writer, (uint8_t)(SHORT_WORD + i));
            return byte_view_of_text(words[i]).size;
        }
    return 0;
}

/* Octets of text up to the next that may begin with something. */
static size_t
plain_size(struct byte_view text)
{
    size_t size = 1;

    /* Words of a header begin behind a space or in front of a line. */
    while (size < text.size && text.data[size - 1] != ' ' &&
           text.data[size] != '\n' && text.data[size] >= ' ')
        size++;
    return size;
}

void
short_form_write(struct writer *writer, struct byte_view text)
{
    while (text.size > 0 && writer->status == STATUS_OK) {
        size_t taken = put_word(writer, text);

        if (taken == 0)
            taken = put_id(writer, text);
        if (taken == 0)
            taken = put_key(writer, text);
        if (taken == 0 && text.data[0] < ' ' && text.data[0] != '\n') {
            writer->status = STATUS_MALFORMED;
            return;
        }
        if (taken == 0) {
            taken = plain_size(text);
            writer_bytes(writer, byte_view_slice(text, 0, taken));
        }
        text = byte_view_slice(text, taken, text.size);
    }
}

/* Write what the first octet of form stands for, with those that belong to it,
 * and say how many these are; 0 if it stands for nothing. */
static size_t
read_mark(struct writer *writer, struct byte_view form)
{
    const uint8_t mark = form.data[0];
    uint8_t key[KEY_WHOLE] = {'E', 'd'};
    char text[KEY_STRING_SIZE];

    if (mark == SHORT_ID && form.size > ID_SIZE) {
        writer_hex(writer, form.data + 1, ID_SIZE);
        return 1 + ID_SIZE;
    }
    if (mark == SHORT_KEY && form.size > KEY_WHOLE - KEY_MARK) {
        memcpy(key + KEY_MARK, form.data + 1, KEY_WHOLE - KEY_MARK);
        text_base64(text, key, sizeof(key));
        writer_text(writer, text);
        return 1 + KEY_WHOLE - KEY_MARK;
    }
    if (mark >= SHORT_WORD && mark < SHORT_WORD + word_count) {
        writer_text(writer, words[mark - SHORT_WORD]);
        return 1;
    }
    return 0;
}

void
short_form_read(struct writer *writer, struct byte_view form)
{
    while (form.size > 0 && writer->status == STATUS_OK) {
        size_t taken = 0;

        while (taken < form.size &&
               (form.data[taken] >= ' ' || form.data[taken] == '\n'))
            taken++;
        writer_bytes(writer, byte_view_slice(form, 0, taken));
        form = byte_view_slice(form, taken, form.size);
        if (form.size == 0 || writer->status != STATUS_OK)
            return;
        taken = read_mark(writer, form);
        if (taken == 0)
            writer->status = STATUS_MALFORMED;
        form = byte_view_slice(form, taken, form.size);
    }
}
