#include "net/stream.h"

#include <string.h>

#define ZLIB_CONST
#include <zlib.h>

#include "core/mem.h"
#include "net/stream_zstd.h"

/* Raw deflate with all of its window: records and chunks have hashes, so there
 * is neither header nor checksum. */
#define DEFLATE_WINDOW_LOG 15
#define DEFLATE_TABLES     9
#define DEFLATE_EFFORT     9

/* What a flush ends with: an empty stored block, whose length is known. */
static const uint8_t flush_end[] = {0, 0, 0xff, 0xff};

struct stream {
    struct stream_setting setting;
    enum stream_direction direction;
    enum status failure; /* STATUS_OK while it works */
    bool has_deflate;    /* deflate was started */
    z_stream deflate;
    struct stream_zstd *zstd;
    uint8_t *prime; /* of zstd, which refers to it */
};

static voidpf
take_memory(voidpf opaque, uInt count, uInt size)
{
    (void)opaque;
    return mem_zalloc(count, size);
}

static void
give_memory(voidpf opaque, voidpf memory)
{
    (void)opaque;
    mem_free(memory);
}

bool
stream_has(enum stream_kind kind)
{
    switch (kind) {
    case STREAM_RAW:
    case STREAM_DEFLATE:
        return true;
    case STREAM_ZSTD:
        return stream_zstd_is_there();
    }
    return false;
}

size_t
stream_memory(const struct stream_setting *setting,
              enum stream_direction direction)
{
    size_t memory = 0;

    switch (setting->kind) {
    case STREAM_RAW:
        break;
    case STREAM_DEFLATE:
        memory = direction == STREAM_PACKS ? STREAM_DEFLATE_PACKS
                                           : STREAM_DEFLATE_EXPANDS;
        break;
    case STREAM_ZSTD:
        memory = stream_zstd_memory(setting, direction);
        break;
    }
    return sizeof(struct stream) + memory;
}

struct stream_setting
stream_setting_within(size_t memory, bool deflate, uint8_t window_log)
{
    const struct stream_setting plain = {STREAM_DEFLATE, DEFLATE_WINDOW_LOG,
                                         DEFLATE_EFFORT};
    const struct stream_setting raw = {STREAM_RAW, 0, 0};
    struct stream_setting found;

    if (memory > sizeof(struct stream) &&
        stream_zstd_within(&found, memory - sizeof(struct stream), window_log))
        return found;
    return deflate && stream_memory(&plain, STREAM_PACKS) <= memory ? plain
                                                                    : raw;
}

static enum status
start_deflate(struct stream *stream, struct byte_view prime)
{
    const struct stream_setting *setting = &stream->setting;
    z_stream *deflate = &stream->deflate;
    int result = Z_OK;

    if (setting->window_log != DEFLATE_WINDOW_LOG)
        return STATUS_NEWER;
    prime = byte_view_slice(
        prime, prime.size > CHUNK_SIZE ? prime.size - CHUNK_SIZE : 0,
        CHUNK_SIZE);
    deflate->zalloc = take_memory;
    deflate->zfree = give_memory;
    if (stream->direction == STREAM_PACKS)
        result = deflateInit2(deflate, setting->effort, Z_DEFLATED,
                              -DEFLATE_WINDOW_LOG, DEFLATE_TABLES,
                              Z_DEFAULT_STRATEGY);
    else
        result = inflateInit2(deflate, -DEFLATE_WINDOW_LOG);
    if (result != Z_OK)
        return result == Z_MEM_ERROR ? STATUS_NO_MEMORY : STATUS_NEWER;
    stream->has_deflate = true;
    if (prime.size == 0)
        return STATUS_OK;
    if (stream->direction == STREAM_PACKS)
        result = deflateSetDictionary(deflate, prime.data, (uInt)prime.size);
    else
        result = inflateSetDictionary(deflate, prime.data, (uInt)prime.size);
    return result == Z_OK ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status
start_zstd(struct stream *stream, struct byte_view prime)
{
    if (prime.size > STREAM_PRIME_MAX)
        prime = byte_view_slice(prime, prime.size - STREAM_PRIME_MAX,
                                STREAM_PRIME_MAX);
    if (prime.size > 0) {
        stream->prime = mem_alloc(prime.size);
        if (stream->prime == NULL)
            return STATUS_NO_MEMORY;
        memcpy(stream->prime, prime.data, prime.size);
        prime.data = stream->prime;
    }
    return stream_zstd_new(&stream->zstd, &stream->setting, stream->direction,
                           prime);
}

enum status
stream_new(struct stream **out, const struct stream_setting *setting,
           enum stream_direction direction, struct byte_view prime)
{
    struct stream *stream;
    enum status status = STATUS_NEWER;

    *out = NULL;
    stream = mem_zalloc(1, sizeof(*stream));
    if (stream == NULL)
        return STATUS_NO_MEMORY;
    stream->setting = *setting;
    stream->direction = direction;
    switch (setting->kind) {
    case STREAM_RAW:
        status = STATUS_OK;
        break;
    case STREAM_DEFLATE:
        status = start_deflate(stream, prime);
        break;
    case STREAM_ZSTD:
        status = start_zstd(stream, prime);
        break;
    }
    if (status == STATUS_OK)
        *out = stream;
    else
        stream_free(stream);
    return status;
}

void
stream_free(struct stream *stream)
{
    if (stream == NULL)
        return;
    /* What these two return is of streams that were not ended. */
    if (stream->has_deflate && stream->direction == STREAM_PACKS)
        (void)deflateEnd(&stream->deflate);
    else if (stream->has_deflate)
        (void)inflateEnd(&stream->deflate);
    stream_zstd_free(stream->zstd);
    mem_free(stream->prime);
    mem_free(stream);
}

size_t
stream_bound(size_t plain_size)
{
    /* Blocks that do not shrink are stored: five octets each. */
    return plain_size + plain_size / 256 + 64;
}

static enum status
pack_deflate(z_stream *deflate_stream, uint8_t *packed, size_t *size,
             struct byte_view plain)
{
    deflate_stream->next_in = plain.data;
    deflate_stream->avail_in = (uInt)plain.size;
    deflate_stream->next_out = packed;
    deflate_stream->avail_out = (uInt)*size;
    if (deflate(deflate_stream, Z_SYNC_FLUSH) != Z_OK ||
        deflate_stream->avail_in > 0 || deflate_stream->avail_out == 0)
        return STATUS_TOO_LARGE;
    *size -= deflate_stream->avail_out;
    /* Left out, since every message ends with it. */
    if (*size < sizeof(flush_end))
        return STATUS_TOO_LARGE;
    *size -= sizeof(flush_end);
    return memcmp(packed + *size, flush_end, sizeof(flush_end)) == 0
               ? STATUS_OK
               : STATUS_TOO_LARGE;
}

enum status
stream_pack(struct stream *stream, struct byte_buf *out, struct byte_view plain)
{
    size_t size = stream_bound(plain.size);
    enum status status = STATUS_OK;
    uint8_t *packed;

    if (stream->failure != STATUS_OK)
        return stream->failure;
    if (plain.size == 0 || plain.size > STREAM_PLAIN_MAX)
        return STATUS_TOO_LARGE;
    status = byte_buf_reserve(out, size);
    if (status != STATUS_OK)
        return status;
    packed = out->data + out->size;
    switch (stream->setting.kind) {
    case STREAM_RAW:
        memcpy(packed, plain.data, plain.size);
        size = plain.size;
        break;
    case STREAM_DEFLATE:
        status = pack_deflate(&stream->deflate, packed, &size, plain);
        break;
    case STREAM_ZSTD:
        status = stream_zstd_pack(stream->zstd, packed, &size, plain);
        break;
    }
    stream->failure = status;
    if (status == STATUS_OK)
        out->size += size;
    return status;
}

/* Inflate what next_in has, which has to be all of it. */
static enum status
inflate_part(z_stream *inflate_stream, struct byte_view part)
{
    int result;

    inflate_stream->next_in = part.data;
    inflate_stream->avail_in = (uInt)part.size;
    result = inflate(inflate_stream, Z_NO_FLUSH);
    if (result == Z_MEM_ERROR)
        return STATUS_NO_MEMORY;
    if (result != Z_OK || inflate_stream->avail_in > 0)
        return STATUS_MALFORMED;
    return STATUS_OK;
}

static enum status
expand_deflate(z_stream *inflate_stream, uint8_t *plain, size_t size,
               struct byte_view packed)
{
    /* Bits of inflate's data_type: in front of a block, none left over. */
    static const int between_blocks = 128;
    enum status status;

    inflate_stream->next_out = plain;
    inflate_stream->avail_out = (uInt)size;
    status = inflate_part(inflate_stream, packed);
    if (status == STATUS_OK)
        status = inflate_part(inflate_stream,
                              byte_view_of(flush_end, sizeof(flush_end)));
    if (status == STATUS_OK && (inflate_stream->avail_out > 0 ||
                                inflate_stream->data_type != between_blocks))
        status = STATUS_MALFORMED;
    return status;
}

enum status
stream_expand(struct stream *stream, struct byte_buf *out,
              struct byte_view packed, size_t plain_size)
{
    enum status status = STATUS_MALFORMED;
    uint8_t *plain;

    if (stream->failure != STATUS_OK)
        return stream->failure;
    if (plain_size == 0 || plain_size > STREAM_PLAIN_MAX || packed.size == 0 ||
        packed.size > stream_bound(plain_size)) {
        stream->failure = STATUS_MALFORMED;
        return STATUS_MALFORMED;
    }
    status = byte_buf_reserve(out, plain_size);
    if (status != STATUS_OK)
        return status;
    plain = out->data + out->size;
    switch (stream->setting.kind) {
    case STREAM_RAW:
        status = packed.size == plain_size ? STATUS_OK : STATUS_MALFORMED;
        if (status == STATUS_OK)
            memcpy(plain, packed.data, plain_size);
        break;
    case STREAM_DEFLATE:
        status = expand_deflate(&stream->deflate, plain, plain_size, packed);
        break;
    case STREAM_ZSTD:
        status = stream_zstd_expand(stream->zstd, plain, plain_size, packed);
        break;
    }
    stream->failure = status;
    if (status == STATUS_OK)
        out->size += plain_size;
    return status;
}
