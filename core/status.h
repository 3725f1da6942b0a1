/*
 * The one way in which p2pub's functions say how they ended.
 *
 * Libraries return a status; only cli/ turns it into words for a person, and
 * only once.  Where the operating system was asked, errno still holds its
 * answer when STATUS_IO is returned.
 */
#ifndef P2PUB_CORE_STATUS_H
#define P2PUB_CORE_STATUS_H

#if defined(__GNUC__)
#    define MUST_CHECK __attribute__((warn_unused_result))
#else
#    define MUST_CHECK
#endif

enum status {
    STATUS_OK = 0,
    /* An allocation failed. */
    STATUS_NO_MEMORY,
    /* The octets are not what their format says, in any way but the next
     * three. */
    STATUS_MALFORMED,
    /* Longer, deeper or more than a limit of core/limits.h. */
    STATUS_TOO_LARGE,
    /* A signature, a tag or a hash does not fit the octets. */
    STATUS_BAD_SIGNATURE,
    /* Well formed, and of a kind or version that this p2pub does not know. */
    STATUS_NEWER,
    /* What was asked for is not there. */
    STATUS_NOT_FOUND,
    /* It is there already; nothing was changed. */
    STATUS_EXISTS,
    /* A prefix or a name fits more than one thing. */
    STATUS_AMBIGUOUS,
    /* A budget or the disk is full. */
    STATUS_FULL,
    /* Somebody else holds it, for longer than we wait. */
    STATUS_LOCKED,
    /* Our own store contradicts itself. */
    STATUS_DAMAGED,
    /* The passphrase does not open the key. */
    STATUS_WRONG_PASSPHRASE,
    /* Not allowed by the operating system or by the caller's configuration. */
    STATUS_DENIED,
    /* The operating system refused a read, write or sync; see errno. */
    STATUS_IO,
    /* The person or a signal stopped it. */
    STATUS_CANCELLED
};

/* A few plain English words for status, without full stop: "not found".
 * Static storage. */
const char *status_text(enum status status);

#endif
