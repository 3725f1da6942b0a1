#include "net/relay_line.h"

#include <string.h>

#include "core/hash.h"
#include "core/mem.h"
#include "core/text.h"
#include "core/writer.h"
#include "net/secret_line.h"

#define WORD_COUNT 6
/* Key and secret; their base32 and a zero. */
#define SECRETS_SIZE      ((size_t)64)
#define SECRETS_TEXT_SIZE 104
/* Octets whose base32 is a name. */
#define NAME_HASHED ((size_t)5)

enum status
relay_line_write(struct byte_buf *out, const struct relay_line *line)
{
    const size_t start = out->size;
    char shape[SHAPE_TEXT_SIZE];
    uint8_t secrets[SECRETS_SIZE];
    char text[SECRETS_TEXT_SIZE];
    struct writer writer;
    enum status status;
    size_t i;

    writer_init(&writer, out);
    writer_text(&writer, line->open ? "p2pub1-open-relay" : "p2pub1-relay");
    for (i = 0; i < line->host_count; i++) {
        writer_text(&writer, i == 0 ? " " : ",");
        writer_text(&writer, line->hosts[i]);
    }
    for (i = 0; i < line->port_count; i++) {
        writer_text(&writer, i == 0 ? " " : ",");
        writer_decimal(&writer, line->ports[i]);
    }
    shape_format(&line->shape, shape);
    writer_text(&writer, " ");
    writer_text(&writer, shape);

    memcpy(secrets, line->key.octets, 32);
    memcpy(secrets + 32, line->secret, 32);
    text_base32(text, secrets, SECRETS_SIZE);
    writer_text(&writer, " ");
    writer_text(&writer, text);
    mem_wipe(secrets, sizeof(secrets));
    mem_wipe(text, sizeof(text));
    status = writer_status(&writer);
    if (status == STATUS_OK)
        status = secret_line_finish(out, start);
    return status;
}

/* The next item of a list with commas, which loses it; false at the end. */
static bool
take_item(struct byte_view *item, struct byte_view *list, bool *more)
{
    size_t size = 0;

    if (!*more)
        return false;
    while (size < list->size && list->data[size] != ',')
        size++;
    *item = byte_view_slice(*list, 0, size);
    *more = size < list->size;
    *list = byte_view_slice(*list, size + 1, list->size);
    return true;
}

/* May a host's name or address consist of this?  Letters, digits, and what
 * stands in an IPv6 address with a zone. */
static bool
is_host(struct byte_view text)
{
    size_t i;

    if (text.size == 0 || text.size >= RELAY_HOST_NAME_SIZE ||
        text.data[0] == '-')
        return false;
    for (i = 0; i < text.size; i++) {
        const uint8_t octet = text.data[i];

        if (!((octet >= '0' && octet <= '9') ||
              (octet >= 'a' && octet <= 'z') ||
              (octet >= 'A' && octet <= 'Z') ||
              (octet != 0 && strchr(".-_:%", octet) != NULL)))
            return false;
    }
    return true;
}

static enum status
parse_hosts(struct relay_line *out, struct byte_view list)
{
    struct byte_view item;
    bool more = true;

    while (take_item(&item, &list, &more)) {
        if (out->host_count == RELAY_HOSTS_MAX || !is_host(item))
            return STATUS_MALFORMED;
        memcpy(out->hosts[out->host_count], item.data, item.size);
        out->hosts[out->host_count][item.size] = '\0';
        out->host_count++;
    }
    return STATUS_OK;
}

static enum status
parse_ports(struct relay_line *out, struct byte_view list)
{
    struct byte_view item;
    bool more = true;

    while (take_item(&item, &list, &more)) {
        uint64_t port;
        enum status status;

        if (out->port_count == RELAY_PORTS_MAX)
            return STATUS_MALFORMED;
        status = text_decimal_parse(&port, 65535, item);
        if (status != STATUS_OK)
            return status;
        if (port == 0)
            return STATUS_MALFORMED;
        out->ports[out->port_count++] = (uint16_t)port;
    }
    return STATUS_OK;
}

static enum status
parse_secrets(struct relay_line *out, struct byte_view text)
{
    uint8_t secrets[SECRETS_SIZE];
    enum status status;

    status = text_base32_parse(secrets, sizeof(secrets), text);
    if (status == STATUS_OK) {
        memcpy(out->key.octets, secrets, 32);
        memcpy(out->secret, secrets + 32, 32);
    }
    mem_wipe(secrets, sizeof(secrets));
    return status;
}

enum status
relay_line_parse(struct relay_line *out, struct byte_view text)
{
    struct byte_view words[WORD_COUNT];
    enum status status;

    memset(out, 0, sizeof(*out));
    status = secret_line_split(words, WORD_COUNT, text, "relay");
    if (status == STATUS_MALFORMED) {
        status = secret_line_split(words, WORD_COUNT, text, "open-relay");
        out->open = status == STATUS_OK;
    }
    if (status == STATUS_OK)
        status = parse_hosts(out, words[1]);
    if (status == STATUS_OK)
        status = parse_ports(out, words[2]);
    if (status == STATUS_OK)
        status = shape_parse(&out->shape, words[3]);
    if (status == STATUS_OK)
        status = parse_secrets(out, words[4]);
    if (status == STATUS_OK)
        status = secret_line_check(words, WORD_COUNT);
    if (status != STATUS_OK)
        mem_wipe(out, sizeof(*out));
    return status;
}

void
relay_line_name(const struct relay_line *line, char out[RELAY_NAME_SIZE])
{
    uint8_t hash[HASH_256_SIZE];

    hash_256(hash, byte_view_of(line->key.octets, sizeof(line->key)));
    text_base32(out, hash, NAME_HASHED);
}
