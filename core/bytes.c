#include "core/bytes.h"

#include <string.h>

#include "core/mem.h"

struct byte_view
byte_view_of(const void *data, size_t size)
{
    return (struct byte_view){data, size};
}

struct byte_view
byte_view_of_text(const char *text)
{
    return byte_view_of(text, strlen(text));
}

struct byte_view
byte_view_of_buf(const struct byte_buf *buf)
{
    return byte_view_of(buf->data, buf->size);
}

struct byte_view
byte_view_slice(struct byte_view view, size_t offset, size_t size)
{
    if (offset >= view.size)
        return byte_view_of(NULL, 0);
    if (size > view.size - offset)
        size = view.size - offset;
    return byte_view_of(view.data + offset, size);
}

bool
byte_view_equal(struct byte_view a, struct byte_view b)
{
    return a.size == b.size &&
           (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

bool
byte_view_equal_text(struct byte_view view, const char *text)
{
    return byte_view_equal(view, byte_view_of_text(text));
}

bool
byte_view_starts_with(struct byte_view view, const char *text)
{
    return byte_view_equal_text(byte_view_slice(view, 0, strlen(text)), text);
}

int
byte_view_compare(struct byte_view a, struct byte_view b)
{
    size_t shorter = a.size < b.size ? a.size : b.size;
    int order = shorter == 0 ? 0 : memcmp(a.data, b.data, shorter);

    if (order != 0)
        return order;
    return (a.size > b.size) - (a.size < b.size);
}

void
byte_buf_init(struct byte_buf *buf, size_t maximum)
{
    *buf = (struct byte_buf){NULL, 0, 0, maximum};
}

void
byte_buf_release(struct byte_buf *buf)
{
    mem_free(buf->data);
    buf->data = NULL;
    buf->size = 0;
    buf->capacity = 0;
}

void
byte_buf_clear(struct byte_buf *buf)
{
    buf->size = 0;
}

enum status
byte_buf_reserve(struct byte_buf *buf, size_t size)
{
    size_t capacity = buf->capacity;
    uint8_t *data;

    if (size > buf->maximum - buf->size)
        return STATUS_TOO_LARGE;
    if (buf->size + size <= capacity)
        return STATUS_OK;
    /* Doubling keeps appending linear; the first step spares small ones. */
    capacity = capacity > buf->maximum / 2 ? buf->maximum : capacity * 2;
    if (capacity < 64 && buf->maximum >= 64)
        capacity = 64;
    if (capacity < buf->size + size)
        capacity = buf->size + size;
    data = mem_resize(buf->data, capacity);
    if (data == NULL)
        return STATUS_NO_MEMORY;
    buf->data = data;
    buf->capacity = capacity;
    return STATUS_OK;
}

enum status
byte_buf_append(struct byte_buf *buf, struct byte_view view)
{
    enum status status;

    if (view.size == 0)
        return STATUS_OK;
    status = byte_buf_reserve(buf, view.size);
    if (status != STATUS_OK)
        return status;
    memcpy(buf->data + buf->size, view.data, view.size);
    buf->size += view.size;
    return STATUS_OK;
}

enum status
byte_buf_append_text(struct byte_buf *buf, const char *text)
{
    return byte_buf_append(buf, byte_view_of_text(text));
}

enum status
byte_buf_set(struct byte_buf *buf, struct byte_view view)
{
    size_t size = buf->size;
    enum status status;

    buf->size = 0;
    status = byte_buf_append(buf, view);
    if (status != STATUS_OK)
        buf->size = size;
    return status;
}

void
byte_buf_move(struct byte_buf *to, struct byte_buf *from)
{
    *to = *from;
    byte_buf_init(from, from->maximum);
}

void
byte_buf_consume(struct byte_buf *buf, size_t count)
{
    if (count >= buf->size) {
        buf->size = 0;
        return;
    }
    memmove(buf->data, buf->data + count, buf->size - count);
    buf->size -= count;
}

const char *
byte_buf_text(struct byte_buf *buf)
{
    if (byte_buf_reserve(buf, 1) != STATUS_OK)
        return NULL;
    buf->data[buf->size] = 0;
    return (const char *)buf->data;
}
