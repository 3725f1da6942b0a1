#include "cli/relay_key.h"

#include <string.h>

#include "cli/home.h"
#include "cli/i18n.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/reader.h"
#include "core/text.h"
#include "core/writer.h"

/*
 * Three lines:
 *     p2pub1 relay key
 *     base64 of the X25519 secret and the relay's secret, 64 octets
 *     the shape
 */
#define RELAY_KEY_NAME "relay.key"
#define MAGIC          "p2pub1 relay key"
#define SECRETS_SIZE   64

static enum status
parse(struct relay_key *out, struct byte_view text)
{
    uint8_t secrets[SECRETS_SIZE];
    struct reader reader;
    struct byte_view magic, encoded, shape;
    enum status status;

    reader_init(&reader, text);
    magic = reader_line(&reader);
    encoded = reader_line(&reader);
    shape = reader_line(&reader);
    if (!reader_done(&reader) || !byte_view_equal_text(magic, MAGIC))
        return STATUS_MALFORMED;
    status = text_base64_parse(secrets, sizeof(secrets), encoded);
    if (status == STATUS_OK)
        status = shape_parse(&out->shape, shape);
    if (status == STATUS_OK) {
        memcpy(out->key.octets, secrets, 32);
        memcpy(out->secret, secrets + 32, 32);
    }
    mem_wipe(secrets, sizeof(secrets));
    return status;
}

static int
save(struct cli *cli, const struct relay_key *key)
{
    uint8_t secrets[SECRETS_SIZE];
    char encoded[96];
    char shape[SHAPE_TEXT_SIZE];
    struct writer writer;
    struct byte_buf text;
    int failed;

    memcpy(secrets, key->key.octets, 32);
    memcpy(secrets + 32, key->secret, 32);
    text_base64(encoded, secrets, sizeof(secrets));
    shape_format(&key->shape, shape);
    byte_buf_init(&text, RELAY_KEY_TEXT_MAX);
    writer_init(&writer, &text);
    writer_text(&writer, MAGIC "\n");
    writer_text(&writer, encoded);
    writer_text(&writer, "\n");
    writer_text(&writer, shape);
    writer_text(&writer, "\n");
    failed =
        writer_status(&writer) == STATUS_OK
            ? home_write(cli, RELAY_KEY_NAME, byte_view_of_buf(&text), 0600)
            : cli_fail_memory(cli);
    mem_wipe(secrets, sizeof(secrets));
    mem_wipe(encoded, sizeof(encoded));
    if (text.data != NULL)
        mem_wipe(text.data, text.capacity);
    byte_buf_release(&text);
    return failed;
}

static bool
shape_equal(const struct shape *a, const struct shape *b)
{
    char a_text[SHAPE_TEXT_SIZE];
    char b_text[SHAPE_TEXT_SIZE];

    shape_format(a, a_text);
    shape_format(b, b_text);
    return strcmp(a_text, b_text) == 0;
}

int
relay_key_open(struct cli *cli, bool has_shape, const struct shape *shape,
               struct relay_key *out, bool *is_new)
{
    struct byte_buf text;
    int failed;

    *is_new = false;
    byte_buf_init(&text, RELAY_KEY_TEXT_MAX);
    failed = home_read(cli, RELAY_KEY_NAME, &text);
    if (failed != 0)
        goto done;
    if (text.size == 0) {
        struct dh_public unused;

        *is_new = true;
        dh_new(&out->key, &unused, &cli->entropy);
        entropy_fill(&cli->entropy, out->secret, sizeof(out->secret));
        out->shape = has_shape ? *shape : shape_default();
        failed = save(cli, out);
    } else if (parse(out, byte_view_of_buf(&text)) != STATUS_OK) {
        failed = cli_fail(cli, CLI_FAILED, NULL,
                          _("'%s/%s' is damaged; move it away to get a new "
                            "one, with a new line for everybody"),
                          cli->home, RELAY_KEY_NAME);
    } else if (has_shape && !shape_equal(shape, &out->shape)) {
        out->shape = *shape;
        failed = save(cli, out);
    }

done:
    if (text.data != NULL)
        mem_wipe(text.data, text.capacity);
    byte_buf_release(&text);
    return failed;
}
