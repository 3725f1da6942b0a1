/*
 * QR codes, from libqrencode where it was there when p2pub was built.
 *
 * What is encoded may be a secret: the picture is wiped when it is released.
 * What libqrencode keeps for itself while it works is not.
 */
#ifndef P2PUB_CLI_QR_H
#define P2PUB_CLI_QR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"

/* Modules of white that are wanted on each side of a code. */
#define QR_MARGIN ((size_t)4)

/* A square of width times width modules.  All zero is none. */
struct qr {
    size_t width;
    uint8_t *modules; /* row by row; 1 is dark */
};

/* On which ground it will be seen; ink is what characters are drawn with. */
enum qr_ground {
    QR_ON_WHITE, /* paper: ink is dark */
    QR_ON_BLACK  /* a terminal as most are: ink is light */
};

/* True if this p2pub can make them. */
bool qr_is_there(void);

/*
 * The code of text, which is shortest in capitals and digits alone; as robust
 * as it can be where margins and all take columns at most.  qr_release *out.
 *   STATUS_NOT_FOUND  this p2pub was built without libqrencode
 *   STATUS_TOO_LARGE  it takes more columns
 *   STATUS_NO_MEMORY
 */
enum status qr_make(struct qr *out, const char *text,
                    size_t columns) MUST_CHECK;
void qr_release(struct qr *qr);

/* Append the code with its margin as lines of characters, two modules high
 * each.  STATUS_TOO_LARGE at out's maximum, STATUS_NO_MEMORY. */
enum status qr_write(struct byte_buf *out, const struct qr *qr,
                     enum qr_ground ground) MUST_CHECK;

/* Append the dark modules as the data of an SVG path, one unit a module, from
 * 0 0 on and without the margin. */
enum status qr_write_path(struct byte_buf *out, const struct qr *qr) MUST_CHECK;

#endif
