#include "core/status.h"

const char *
status_text(enum status status)
{
    switch (status) {
    case STATUS_OK:
        return "no error";
    case STATUS_NO_MEMORY:
        return "out of memory";
    case STATUS_MALFORMED:
        return "malformed";
    case STATUS_TOO_LARGE:
        return "too large";
    case STATUS_BAD_SIGNATURE:
        return "the signature does not fit";
    case STATUS_NEWER:
        return "needs a newer p2pub";
    case STATUS_NOT_FOUND:
        return "not found";
    case STATUS_EXISTS:
        return "exists already";
    case STATUS_AMBIGUOUS:
        return "ambiguous";
    case STATUS_FULL:
        return "full";
    case STATUS_LOCKED:
        return "locked by another process";
    case STATUS_DAMAGED:
        return "damaged";
    case STATUS_WRONG_PASSPHRASE:
        return "wrong passphrase";
    case STATUS_DENIED:
        return "not permitted";
    case STATUS_IO:
        return "input or output failed";
    case STATUS_CANCELLED:
        return "cancelled";
    }
    return "unknown error";
}
