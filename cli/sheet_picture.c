/*
 * A sheet as a picture: the page's text, and the code below it.
 */
#include <stdio.h>
#include <string.h>

#include "cli/qr.h"
#include "cli/sheet.h"

/* An A4 page in tenths of a millimetre, and what stands on it. */
#define PAGE_WIDTH  ((size_t)2100)
#define PAGE_HEIGHT ((size_t)2970)
#define MARGIN      ((size_t)180)
#define LINE_HEIGHT ((size_t)44)
#define LETTER_SIZE ((size_t)34)
#define MODULE_SIZE ((size_t)10)

static enum status
add_escaped(struct byte_buf *out, struct byte_view line)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < line.size && status == STATUS_OK; i++) {
        const uint8_t octet = line.data[i];

        if (octet == '&')
            status = byte_buf_append_text(out, "&amp;");
        else if (octet == '<')
            status = byte_buf_append_text(out, "&lt;");
        else if (octet == '>')
            status = byte_buf_append_text(out, "&gt;");
        else
            status = byte_buf_append(out, byte_view_of(&octet, 1));
    }
    return status;
}

static enum status
add_line(struct byte_buf *out, size_t y, struct byte_view line)
{
    char tag[64];
    enum status status;

    if (line.size == 0)
        return STATUS_OK;
    (void)snprintf(tag, sizeof(tag), "<text x=\"%zu\" y=\"%zu\">", MARGIN, y);
    status = byte_buf_append_text(out, tag);
    if (status == STATUS_OK)
        status = add_escaped(out, line);
    return status == STATUS_OK ? byte_buf_append_text(out, "</text>\n")
                               : status;
}

static enum status
add_code(struct byte_buf *out, size_t y, const struct qr *code)
{
    char tag[96];
    enum status status;

    (void)snprintf(tag, sizeof(tag),
                   "<path transform=\"translate(%zu %zu) scale(%zu)\" d=\"",
                   MARGIN + QR_MARGIN * MODULE_SIZE,
                   y + QR_MARGIN * MODULE_SIZE, MODULE_SIZE);
    status = byte_buf_append_text(out, tag);
    if (status == STATUS_OK)
        status = qr_write_path(out, code);
    return status == STATUS_OK ? byte_buf_append_text(out, "\"/>\n") : status;
}

static size_t
count_lines(struct byte_view page)
{
    size_t count = 0;

    for (size_t i = 0; i < page.size; i++)
        count += page.data[i] == '\n';
    return count;
}

static enum status
add_front(struct byte_buf *out, size_t height)
{
    char front[512];

    (void)snprintf(
        front, sizeof(front),
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%zumm\" "
        "height=\"%zumm\" viewBox=\"0 0 %zu %zu\">\n"
        "<rect width=\"%zu\" height=\"%zu\" fill=\"#fff\"/>\n"
        "<g font-family=\"monospace\" font-size=\"%zu\" xml:space=\"preserve\""
        " shape-rendering=\"crispEdges\">\n",
        PAGE_WIDTH / 10, height / 10, PAGE_WIDTH, height, PAGE_WIDTH, height,
        LETTER_SIZE);
    return byte_buf_append_text(out, front);
}

enum status
sheet_picture(struct byte_buf *out, struct byte_view page,
              const struct qr *code)
{
    const size_t end = MARGIN + (count_lines(page) + 1) * LINE_HEIGHT;
    const size_t side =
        code == NULL ? 0 : (code->width + 2 * QR_MARGIN) * MODULE_SIZE;
    const size_t height =
        end + side + MARGIN > PAGE_HEIGHT ? end + side + MARGIN : PAGE_HEIGHT;
    enum status status = add_front(out, height);

    for (size_t y = MARGIN; page.size > 0 && status == STATUS_OK;
         y += LINE_HEIGHT) {
        const uint8_t *stop = memchr(page.data, '\n', page.size);
        const size_t size =
            stop == NULL ? page.size : (size_t)(stop - page.data);

        status = add_line(out, y, byte_view_slice(page, 0, size));
        page = byte_view_slice(page, size + 1, page.size);
    }
    if (status == STATUS_OK && code != NULL)
        status = add_code(out, end, code);
    return status == STATUS_OK ? byte_buf_append_text(out, "</g>\n</svg>\n")
                               : status;
}
