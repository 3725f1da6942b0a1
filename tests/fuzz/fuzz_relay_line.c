/*
 * Lines that people copy: relays', communities', and the shapes and addresses
 * in them.  Whatever is read is written back as it was.
 */
#include <stdint.h>
#include <string.h>

#include "net/address.h"
#include "net/community.h"
#include "net/relay_line.h"
#include "net/secret_line.h"
#include "tests/fuzz/check.h"

/* The longest line that a relay has, and more. */
#define LINE_MAX_SIZE 4096

/* text without the white space around it. */
static struct byte_view
trim(struct byte_view text)
{
    static const char spaces[] = " \t\n\v\f\r";

    while (text.size > 0 && memchr(spaces, text.data[0], 6) != NULL)
        text = byte_view_slice(text, 1, text.size);
    while (text.size > 0 && memchr(spaces, text.data[text.size - 1], 6) != NULL)
        text.size--;
    return text;
}

static void
read_lines(struct byte_view text)
{
    struct relay_line line;
    struct community community;
    struct byte_buf out;

    byte_buf_init(&out, LINE_MAX_SIZE);
    if (relay_line_parse(&line, text) == STATUS_OK) {
        CHECK(line.host_count > 0 && line.port_count > 0);
        CHECK(relay_line_write(&out, &line) == STATUS_OK);
        CHECK(byte_view_equal(byte_view_of_buf(&out), trim(text)));
    }
    byte_buf_clear(&out);
    if (community_parse(&community, text) == STATUS_OK) {
        CHECK(community_write(&out, &community) == STATUS_OK);
        CHECK(byte_view_equal(byte_view_of_buf(&out), trim(text)));
    }
    byte_buf_release(&out);
}

static void
read_parts(struct byte_view text)
{
    char shape_text[SHAPE_TEXT_SIZE];
    char address_text[ADDRESS_TEXT_SIZE];
    struct address address, again, prefix;
    struct shape shape;

    if (shape_parse(&shape, text) == STATUS_OK) {
        shape_format(&shape, shape_text);
        CHECK(byte_view_equal_text(text, shape_text));
    }
    if (address_parse(&address, text, 443) == STATUS_OK) {
        address_format(&address, address_text);
        CHECK(address_parse(&again, byte_view_of_text(address_text), 0) ==
              STATUS_OK);
        CHECK(address_equal(&address, &again));
        prefix = address_prefix(&address);
        again = address_prefix(&prefix);
        CHECK(address_equal(&prefix, &again));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    const struct byte_view text = byte_view_of(octets, size);
    struct byte_buf checked;

    read_lines(text);
    read_parts(text);
    /* The same with a check word that fits, which chance does not find. */
    byte_buf_init(&checked, LINE_MAX_SIZE);
    if (byte_buf_append(&checked, text) == STATUS_OK &&
        secret_line_finish(&checked, 0) == STATUS_OK)
        read_lines(byte_view_of_buf(&checked));
    byte_buf_release(&checked);
    return 0;
}
