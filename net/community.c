#include "net/community.h"

#include <string.h>

#include "core/entropy.h"
#include "core/hash.h"
#include "core/mem.h"
#include "core/text.h"
#include "core/writer.h"
#include "net/secret_line.h"

#define SECRET_SIZE ((size_t)32)
/* The base32 of a secret, and a zero. */
#define SECRET_TEXT_SIZE 53

static const char open_sentence[] =
    "p2pub1: the open community, whose secret is public";

struct community
community_open(void)
{
    struct community community = {{0}};

    hash_256(community.secret, byte_view_of_text(open_sentence));
    return community;
}

void
community_new(struct community *out, struct entropy *entropy)
{
    entropy_fill(entropy, out->secret, sizeof(out->secret));
}

enum status
community_write(struct byte_buf *out, const struct community *community)
{
    const size_t start = out->size;
    char secret[SECRET_TEXT_SIZE];
    struct writer writer;
    enum status status;

    text_base32(secret, community->secret, SECRET_SIZE);
    writer_init(&writer, out);
    writer_text(&writer, "p2pub1-community ");
    writer_text(&writer, secret);
    mem_wipe(secret, sizeof(secret));
    status = writer_status(&writer);
    if (status == STATUS_OK)
        status = secret_line_finish(out, start);
    return status;
}

enum status
community_parse(struct community *out, struct byte_view text)
{
    struct byte_view words[3];
    enum status status;

    status = secret_line_split(words, 3, text, "community");
    if (status == STATUS_OK)
        status = text_base32_parse(out->secret, SECRET_SIZE, words[1]);
    if (status == STATUS_OK)
        status = secret_line_check(words, 3);
    if (status != STATUS_OK)
        mem_wipe(out, sizeof(*out));
    return status;
}

struct community_beacon
community_beacon(const struct community *community)
{
    /* Link-local, not assigned for good, number chosen freely: RFC 4291, 2.7
     * and RFC 3307, 4.3. */
    struct community_beacon beacon = {.group_ipv4 = {239},
                                      .group_ipv6 = {0xff, 0x12}};
    uint8_t place[32];

    hash_keyed(place, sizeof(place),
               byte_view_of(community->secret, SECRET_SIZE),
               byte_view_of_text("p2pub1 beacon place"), byte_view_of(NULL, 0));
    beacon.port =
        (uint16_t)(49152 +
                   (((unsigned)place[0] | (unsigned)place[1] << 8) % 16384));
    memcpy(beacon.group_ipv4 + 1, place + 2, 3);
    memcpy(beacon.group_ipv6 + 12, place + 5, 4);
    beacon.group_ipv6[12] |= 0x80;
    mem_wipe(place, sizeof(place));
    return beacon;
}
