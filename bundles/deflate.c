#include "bundles/deflate.h"

#include <string.h>

#define ZLIB_CONST
#include <zlib.h>

#include "bundles/dictionary.h"
#include "core/limits.h"
#include "core/mem.h"

/* Raw deflate, no header and no checksum: the chunk's id is the check. */
#define DEFLATE_WINDOW (-15)
#define DEFLATE_MEMORY 9

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

static void
stream_init(z_stream *stream)
{
    memset(stream, 0, sizeof(*stream));
    stream->zalloc = take_memory;
    stream->zfree = give_memory;
}

/* One chunk being packed: the shortest form so far. */
struct packing {
    z_stream stream;
    struct byte_view plain;
    uint8_t encoding;
    size_t size;   /* octets of the form; it is in best unless raw */
    uint8_t *best; /* CHUNK_SIZE octets each */
    uint8_t *trial;
};

/* Try dictionary number, or none for 0, and keep the form if it is shorter
 * than all before. */
static void
packing_try(struct packing *packing, uint8_t number)
{
    const struct byte_view dictionary = dictionary_octets(number);
    z_stream *stream = &packing->stream;
    uint8_t *shorter = packing->trial;

    if (deflateReset(stream) != Z_OK)
        return;
    if (number != 0 && deflateSetDictionary(stream, dictionary.data,
                                            (uInt)dictionary.size) != Z_OK)
        return;
    stream->next_in = packing->plain.data;
    stream->avail_in = (uInt)packing->plain.size;
    stream->next_out = shorter;
    /* No room for a form that is not shorter: zlib then gives up early. */
    stream->avail_out = (uInt)packing->size - 1;
    if (deflate(stream, Z_FINISH) != Z_STREAM_END)
        return;

    packing->size = packing->size - 1 - stream->avail_out;
    packing->encoding =
        number == 0 ? DEFLATE_PLAIN : (uint8_t)(DEFLATE_DICTIONARY + number);
    packing->trial = packing->best;
    packing->best = shorter;
}

/*
 * A text in a language with a dictionary tries only that one: on 18 held-out
 * statements in four languages no other ever won, and the six cost 2.5 to 5 ms
 * a statement where one costs 0.2 to 0.8.  Any other text tries all.
 */
static void
packing_try_all(struct packing *packing, bool is_text,
                struct byte_view language)
{
    const uint8_t own = dictionary_for_language(language);
    uint8_t number;

    packing_try(packing, 0);
    if (!is_text)
        return;
    if (own != 0) {
        packing_try(packing, own);
        return;
    }
    for (number = 1; number <= dictionary_last(); number++)
        packing_try(packing, number);
}

enum status
deflate_pack(struct byte_buf *out, uint8_t *encoding, struct byte_view plain,
             bool is_text, struct byte_view language)
{
    struct packing packing = {.plain = plain, .encoding = DEFLATE_RAW};
    uint8_t *trials = NULL;
    struct byte_view form = plain;
    enum status status;

    *encoding = DEFLATE_RAW;
    if (plain.size == 0 || plain.size > CHUNK_SIZE)
        return STATUS_TOO_LARGE;

    trials = mem_alloc(2 * CHUNK_SIZE);
    if (trials == NULL)
        return STATUS_NO_MEMORY;
    packing.size = plain.size;
    packing.best = trials;
    packing.trial = trials + CHUNK_SIZE;

    stream_init(&packing.stream);
    if (deflateInit2(&packing.stream, Z_BEST_COMPRESSION, Z_DEFLATED,
                     DEFLATE_WINDOW, DEFLATE_MEMORY,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        status = STATUS_NO_MEMORY;
        goto done;
    }
    packing_try_all(&packing, is_text, language);
    (void)deflateEnd(&packing.stream);

    if (packing.encoding != DEFLATE_RAW)
        form = byte_view_of(packing.best, packing.size);
    status = byte_buf_append(out, form);
    if (status == STATUS_OK)
        *encoding = packing.encoding;

done:
    mem_free(trials);
    return status;
}

/* The dictionary that encoding names; empty for none. */
static enum status
find_dictionary(struct byte_view *out, uint8_t encoding)
{
    *out = byte_view_of(NULL, 0);
    if (encoding == DEFLATE_PLAIN)
        return STATUS_OK;
    if (encoding <= DEFLATE_DICTIONARY ||
        encoding - DEFLATE_DICTIONARY > dictionary_last())
        return STATUS_NEWER;
    *out = dictionary_octets((uint8_t)(encoding - DEFLATE_DICTIONARY));
    return STATUS_OK;
}

static enum status
unpack_stream(z_stream *stream, uint8_t *plain, size_t plain_size,
              struct byte_view dictionary, struct byte_view stored)
{
    int result;

    if (dictionary.size > 0) {
        result = inflateSetDictionary(stream, dictionary.data,
                                      (uInt)dictionary.size);
        if (result != Z_OK)
            return result == Z_MEM_ERROR ? STATUS_NO_MEMORY : STATUS_MALFORMED;
    }
    stream->next_in = stored.data;
    stream->avail_in = (uInt)stored.size;
    stream->next_out = plain;
    stream->avail_out = (uInt)plain_size;
    result = inflate(stream, Z_FINISH);
    if (result == Z_MEM_ERROR)
        return STATUS_NO_MEMORY;
    /* A longer stream stops at the full output with another result. */
    if (result != Z_STREAM_END || stream->avail_in != 0 ||
        stream->avail_out != 0)
        return STATUS_MALFORMED;
    return STATUS_OK;
}

enum status
deflate_unpack(uint8_t *plain, size_t plain_size, uint8_t encoding,
               struct byte_view stored)
{
    struct byte_view dictionary;
    z_stream stream;
    enum status status;

    /* Bounding the input too bounds the time: empty blocks have no output. */
    if (plain_size == 0 || plain_size > CHUNK_SIZE || stored.size == 0 ||
        stored.size > CHUNK_STORED_MAX)
        return STATUS_MALFORMED;
    if (encoding == DEFLATE_RAW) {
        if (stored.size != plain_size)
            return STATUS_MALFORMED;
        memcpy(plain, stored.data, plain_size);
        return STATUS_OK;
    }
    status = find_dictionary(&dictionary, encoding);
    if (status != STATUS_OK)
        return status;

    stream_init(&stream);
    if (inflateInit2(&stream, DEFLATE_WINDOW) != Z_OK)
        return STATUS_NO_MEMORY;
    status = unpack_stream(&stream, plain, plain_size, dictionary, stored);
    (void)inflateEnd(&stream);
    return status;
}
