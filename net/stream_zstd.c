#include "net/stream_zstd.h"

#include "core/mem.h"

#ifdef HAVE_ZSTD

#    include <string.h>

#    include <zstd.h>
#    include <zstd_errors.h>

#    include "core/reader.h"

/* Effort beyond this costs twice the time for 2 % (make bench). */
#    define EFFORT_MAX 19

/* A frame's header: magic, what follows it (nothing), window. */
#    define HEADER_SIZE ((size_t)6)
static const uint8_t header_magic[] = {0x28, 0xb5, 0x2f, 0xfd, 0};

/* Beside window and tables, measured with libzstd 1.5.4 and rounded up. */
static const size_t packs_extra = (size_t)2 * 1024 * 1024;
static const size_t packs_easy_extra = (size_t)896 * 1024;
static const size_t expands_extra = (size_t)640 * 1024;

struct stream_zstd {
    enum stream_direction direction;
    uint8_t window_log;
    bool begun; /* the header went or came */
    ZSTD_CCtx *packer;
    ZSTD_DCtx *expander;
};

bool
stream_zstd_is_there(void)
{
    return true;
}

size_t
stream_zstd_memory(const struct stream_setting *setting,
                   enum stream_direction direction)
{
    const size_t window = (size_t)1 << setting->window_log;

    if (direction == STREAM_EXPANDS)
        return window + expands_extra;
    /* Binary trees stop where the window is larger than half of them. */
    if (setting->effort <= STREAM_EFFORT_EASY)
        return 4 * window + packs_easy_extra;
    /* Four octets for each of as many chain and half as many hash places. */
    return 7 * window + packs_extra;
}

bool
stream_zstd_within(struct stream_setting *out, size_t memory,
                   uint8_t window_log)
{
    struct stream_setting setting = {STREAM_ZSTD, window_log, EFFORT_MAX};

    if (setting.window_log > STREAM_WINDOW_LOG_MAX)
        setting.window_log = STREAM_WINDOW_LOG_MAX;
    while (setting.window_log >= STREAM_WINDOW_LOG_MIN &&
           stream_zstd_memory(&setting, STREAM_PACKS) > memory)
        setting.window_log--;
    if (setting.window_log < STREAM_WINDOW_LOG_MIN &&
        window_log >= STREAM_WINDOW_LOG_MIN) {
        setting.window_log = STREAM_WINDOW_LOG_MIN;
        setting.effort = STREAM_EFFORT_EASY;
        if (stream_zstd_memory(&setting, STREAM_PACKS) > memory)
            return false;
    }
    *out = setting;
    return setting.window_log >= STREAM_WINDOW_LOG_MIN;
}

/* What libzstd's result means for us. */
static enum status
status_of(size_t result)
{
    if (!ZSTD_isError(result))
        return STATUS_OK;
    return ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation
               ? STATUS_NO_MEMORY
               : STATUS_MALFORMED;
}

/* The tables that libzstd takes by itself for the highest effort are three
 * times as large, for 1 % (make bench). */
static enum status
start_packing(struct stream_zstd *zstd, const struct stream_setting *setting,
              struct byte_view prime)
{
    const struct {
        ZSTD_cParameter name;
        int value;
    } parameters[] = {
        {ZSTD_c_compressionLevel, setting->effort},
        {ZSTD_c_windowLog, setting->window_log},
        {ZSTD_c_chainLog, setting->window_log},
        {ZSTD_c_hashLog, setting->window_log - 1},
        {ZSTD_c_contentSizeFlag, 0},
        {ZSTD_c_checksumFlag, 0},
        {ZSTD_c_dictIDFlag, 0},
    };
    enum status status = STATUS_OK;

    zstd->packer = ZSTD_createCCtx();
    if (zstd->packer == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0;
         status == STATUS_OK && i < sizeof(parameters) / sizeof(parameters[0]);
         i++)
        status = status_of(ZSTD_CCtx_setParameter(
            zstd->packer, parameters[i].name, parameters[i].value));
    if (status == STATUS_OK && prime.size > 0)
        status = status_of(
            ZSTD_CCtx_refPrefix(zstd->packer, prime.data, prime.size));
    return status;
}

static enum status
start_expanding(struct stream_zstd *zstd, struct byte_view prime)
{
    enum status status;

    zstd->expander = ZSTD_createDCtx();
    if (zstd->expander == NULL)
        return STATUS_NO_MEMORY;
    status = status_of(ZSTD_DCtx_setParameter(
        zstd->expander, ZSTD_d_windowLogMax, zstd->window_log));
    if (status == STATUS_OK && prime.size > 0)
        status = status_of(
            ZSTD_DCtx_refPrefix(zstd->expander, prime.data, prime.size));
    return status;
}

enum status
stream_zstd_new(struct stream_zstd **out, const struct stream_setting *setting,
                enum stream_direction direction, struct byte_view prime)
{
    struct stream_zstd *zstd;
    enum status status;

    *out = NULL;
    if (setting->window_log < STREAM_WINDOW_LOG_MIN ||
        setting->window_log > STREAM_WINDOW_LOG_MAX ||
        (direction == STREAM_PACKS &&
         (setting->effort < 1 || setting->effort > EFFORT_MAX)))
        return STATUS_NEWER;
    zstd = mem_zalloc(1, sizeof(*zstd));
    if (zstd == NULL)
        return STATUS_NO_MEMORY;
    zstd->direction = direction;
    zstd->window_log = setting->window_log;
    if (direction == STREAM_PACKS)
        status = start_packing(zstd, setting, prime);
    else
        status = start_expanding(zstd, prime);
    if (status == STATUS_OK)
        *out = zstd;
    else
        stream_zstd_free(zstd);
    /* A library that does not know a parameter cannot be of use. */
    return status == STATUS_MALFORMED ? STATUS_NEWER : status;
}

void
stream_zstd_free(struct stream_zstd *zstd)
{
    if (zstd == NULL)
        return;
    (void)ZSTD_freeCCtx(zstd->packer);
    (void)ZSTD_freeDCtx(zstd->expander);
    mem_free(zstd);
}

/* Is this the header of a frame that we take: no older format, no skippable
 * frame, no size, no dictionary, no window beyond the one agreed on? */
static bool
is_header(const struct stream_zstd *zstd, const uint8_t *octets, size_t size)
{
    /* RFC 8878, 3.1.1.1.2: exponent, then eighths that are added. */
    const unsigned largest = (zstd->window_log - 10U) << 3;

    return size > HEADER_SIZE &&
           memcmp(octets, header_magic, sizeof(header_magic)) == 0 &&
           octets[sizeof(header_magic)] <= largest;
}

enum status
stream_zstd_pack(struct stream_zstd *zstd, uint8_t *packed, size_t *size,
                 struct byte_view plain)
{
    ZSTD_inBuffer in = {plain.data, plain.size, 0};
    ZSTD_outBuffer out = {packed, *size, 0};
    size_t left = ZSTD_compressStream2(zstd->packer, &out, &in, ZSTD_e_flush);
    enum status status = status_of(left);

    *size = out.pos;
    if (status != STATUS_OK)
        return status;
    if (left > 0 || in.pos < in.size ||
        (!zstd->begun && !is_header(zstd, packed, out.pos)))
        return STATUS_TOO_LARGE;
    zstd->begun = true;
    return STATUS_OK;
}

/* Whole blocks and nothing else, none of them a frame's last: libzstd would
 * keep a part of one and wait for the rest (RFC 8878, 3.1.1.2). */
static bool
is_blocks(struct byte_view octets)
{
    static const unsigned repeated = 1;
    static const unsigned reserved = 3;
    struct reader reader;

    reader_init(&reader, octets);
    while (!reader.failed && reader.left > 0) {
        const uint32_t header = reader_u24(&reader);
        const unsigned type = header >> 1 & 3;

        if ((header & 1) != 0 || type == reserved)
            return false;
        (void)reader_bytes(&reader, type == repeated ? 1 : header >> 3);
    }
    return !reader.failed;
}

/* Octets that would come if there were room for more. */
static bool
has_more(struct stream_zstd *zstd)
{
    uint8_t octet;
    ZSTD_inBuffer in = {NULL, 0, 0};
    ZSTD_outBuffer out = {&octet, 1, 0};

    return ZSTD_isError(ZSTD_decompressStream(zstd->expander, &out, &in)) ||
           out.pos > 0;
}

enum status
stream_zstd_expand(struct stream_zstd *zstd, uint8_t *plain, size_t size,
                   struct byte_view packed)
{
    const size_t header = zstd->begun ? 0 : HEADER_SIZE;
    ZSTD_inBuffer in = {packed.data, packed.size, 0};
    ZSTD_outBuffer out = {.size = size};

    out.dst = plain;
    if ((!zstd->begun && !is_header(zstd, packed.data, packed.size)) ||
        !is_blocks(byte_view_slice(packed, header, packed.size)))
        return STATUS_MALFORMED;
    zstd->begun = true;
    while (in.pos < in.size) {
        const size_t before = in.pos + out.pos;
        enum status status =
            status_of(ZSTD_decompressStream(zstd->expander, &out, &in));

        if (status != STATUS_OK)
            return status;
        if (in.pos + out.pos == before)
            return STATUS_MALFORMED;
    }
    return out.pos == size && !has_more(zstd) ? STATUS_OK : STATUS_MALFORMED;
}

#else

bool
stream_zstd_is_there(void)
{
    return false;
}

size_t
stream_zstd_memory(const struct stream_setting *setting,
                   enum stream_direction direction)
{
    (void)setting;
    (void)direction;
    return 0;
}

bool
stream_zstd_within(struct stream_setting *out, size_t memory,
                   uint8_t window_log)
{
    (void)out;
    (void)memory;
    (void)window_log;
    return false;
}

enum status
stream_zstd_new(struct stream_zstd **out, const struct stream_setting *setting,
                enum stream_direction direction, struct byte_view prime)
{
    (void)setting;
    (void)direction;
    (void)prime;
    *out = NULL;
    return STATUS_NEWER;
}

void
stream_zstd_free(struct stream_zstd *zstd)
{
    (void)zstd;
}

enum status
stream_zstd_pack(struct stream_zstd *zstd, uint8_t *packed, size_t *size,
                 struct byte_view plain)
{
    (void)zstd;
    (void)packed;
    (void)size;
    (void)plain;
    return STATUS_NEWER;
}

enum status
stream_zstd_expand(struct stream_zstd *zstd, uint8_t *plain, size_t size,
                   struct byte_view packed)
{
    (void)zstd;
    (void)plain;
    (void)size;
    (void)packed;
    return STATUS_NEWER;
}

#endif
