#include "cli/qr.h"

#include <stdio.h>
#include <string.h>

#ifdef HAVE_QRENCODE
#    include <errno.h>
#    include <stdlib.h>

#    include <qrencode.h>
#endif

#include "core/mem.h"

#ifdef HAVE_QRENCODE

bool
qr_is_there(void)
{
    return true;
}

static enum status
take(struct qr *out, const QRcode *code)
{
    size_t width = (size_t)code->width;

    out->modules = mem_secret_alloc(width * width);
    if (out->modules == NULL)
        return STATUS_NO_MEMORY;
    out->width = width;
    for (size_t i = 0; i < width * width; i++)
        out->modules[i] = code->data[i] & 1;
    return STATUS_OK;
}

enum status
qr_make(struct qr *out, const char *text, size_t columns)
{
    static const QRecLevel levels[] = {QR_ECLEVEL_M, QR_ECLEVEL_L};
    enum status status = STATUS_TOO_LARGE;

    memset(out, 0, sizeof(*out));
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        QRcode *code = QRcode_encodeString(text, 0, levels[i], QR_MODE_8, 1);

        if (code == NULL && errno != ERANGE)
            return STATUS_NO_MEMORY;
        if (code == NULL)
            continue;
        if ((size_t)code->width + 2 * QR_MARGIN <= columns)
            status = take(out, code);
        mem_wipe(code->data, (size_t)code->width * (size_t)code->width);
        QRcode_free(code);
        if (status != STATUS_TOO_LARGE)
            return status;
    }
    return STATUS_TOO_LARGE;
}

#else

bool
qr_is_there(void)
{
    return false;
}

enum status
qr_make(struct qr *out, const char *text, size_t columns)
{
    (void)text;
    (void)columns;
    memset(out, 0, sizeof(*out));
    return STATUS_NOT_FOUND;
}

#endif

void
qr_release(struct qr *qr)
{
    mem_secret_free(qr->modules);
    memset(qr, 0, sizeof(*qr));
}

/* Whether a module of the code and its margin is dark; what is counted from
 * the margin's corner. */
static bool
is_dark(const struct qr *qr, size_t row, size_t column)
{
    if (row < QR_MARGIN || column < QR_MARGIN || row - QR_MARGIN >= qr->width ||
        column - QR_MARGIN >= qr->width)
        return false;
    return qr->modules[(row - QR_MARGIN) * qr->width + column - QR_MARGIN] != 0;
}

enum status
qr_write(struct byte_buf *out, const struct qr *qr, enum qr_ground ground)
{
    /* Nothing, the upper half, the lower half, both. */
    static const char *const ink[] = {" ", "\xe2\x96\x80", "\xe2\x96\x84",
                                      "\xe2\x96\x88"};
    const bool inked = ground == QR_ON_WHITE;
    const size_t side = qr->width + 2 * QR_MARGIN;
    enum status status = STATUS_OK;

    for (size_t row = 0; row < side; row += 2) {
        for (size_t column = 0; column < side && status == STATUS_OK; column++)
            status = byte_buf_append_text(
                out, ink[(is_dark(qr, row, column) == inked ? 1 : 0) +
                         (is_dark(qr, row + 1, column) == inked ? 2 : 0)]);
        if (status == STATUS_OK)
            status = byte_buf_append_text(out, "\n");
    }
    return status;
}

enum status
qr_write_path(struct byte_buf *out, const struct qr *qr)
{
    char step[128];
    enum status status = STATUS_OK;

    for (size_t row = 0; row < qr->width; row++)
        for (size_t column = 0; column < qr->width; column++) {
            size_t from = column;

            while (column < qr->width && qr->modules[row * qr->width + column])
                column++;
            if (column == from || status != STATUS_OK)
                continue;
            (void)snprintf(step, sizeof(step), "M%zu %zuh%zuv1h-%zuz", from,
                           row, column - from, column - from);
            status = byte_buf_append_text(out, step);
        }
    return status;
}
