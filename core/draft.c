#include "core/draft.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/mem.h"

struct draft {
    int descriptor;
    bool is_finished;
    char path[];
};

enum status
draft_new(struct draft **out, const char *path, unsigned mode)
{
    size_t size = strlen(path) + 1;
    struct draft *draft;
    enum status status;

    *out = NULL;
    draft = mem_zalloc(1, sizeof(*draft) + size);
    if (draft == NULL)
        return STATUS_NO_MEMORY;
    memcpy(draft->path, path, size);
    draft->descriptor =
        open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
    if (draft->descriptor < 0) {
        status = file_status_of_errno(errno);
        mem_free(draft);
        return status;
    }
    *out = draft;
    return STATUS_OK;
}

enum status
draft_add(struct draft *draft, struct byte_view piece)
{
    while (piece.size > 0) {
        ssize_t count = write(draft->descriptor, piece.data, piece.size);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return file_status_of_errno(errno);
        piece = byte_view_slice(piece, (size_t)count, piece.size);
    }
    return STATUS_OK;
}

enum status
draft_finish(struct draft *draft)
{
    /* Some file systems of sticks cannot sync, and say EINVAL. */
    if (fsync(draft->descriptor) < 0 && errno != EINVAL)
        return file_status_of_errno(errno);
    draft->is_finished = true;
    return STATUS_OK;
}

void
draft_leave(struct draft *draft)
{
    draft->is_finished = true;
}

void
draft_free(struct draft *draft)
{
    int saved = errno;

    if (draft == NULL)
        return;
    (void)close(draft->descriptor);
    if (!draft->is_finished)
        (void)unlink(draft->path);
    mem_free(draft);
    errno = saved;
}
