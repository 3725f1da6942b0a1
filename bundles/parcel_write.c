#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundles/parcel.h"
#include "core/draft.h"
#include "core/hash.h"
#include "core/mem.h"

/* A folder that is being filled. */
struct filling {
    const char *path;
    const struct parcel_source *source;
    struct parcel_fault *fault;
    bool was_made;                         /* by us */
    bool is_written[RECORD_FILES_MAX + 2]; /* by writing order */
};

/* A file on its way through its hash to the disk. */
struct check {
    struct draft *draft;
    struct hash_stream hash;
    uint64_t size;
};

static void
name_fault(struct filling *filling, const char *path)
{
    int saved = errno;

    snprintf(filling->fault->path, sizeof(filling->fault->path), "%s", path);
    errno = saved;
}

/* Name number index in writing order: the record's files, then signature and
 * header, so that a folder with a header is whole. */
static void
name_at(char out[RECORD_FILE_NAME_MAX + 1], const struct parcel_source *source,
        size_t index)
{
    const struct record_fields *fields = source->fields;

    if (index < fields->file_count)
        snprintf(out, RECORD_FILE_NAME_MAX + 1, "%.*s",
                 (int)fields->files[index].name.size,
                 (const char *)fields->files[index].name.data);
    else if (index == fields->file_count)
        snprintf(out, RECORD_FILE_NAME_MAX + 1, "%s", PARCEL_SIGNATURE);
    else
        snprintf(out, RECORD_FILE_NAME_MAX + 1, "%s", PARCEL_HEADER);
}

/* A file_sink. */
static enum status
on_piece(void *context, struct byte_view piece)
{
    struct check *check = context;

    check->size += piece.size;
    hash_stream_update(&check->hash, piece);
    return draft_add(check->draft, piece);
}

static enum status
write_file(struct filling *filling, size_t index, struct draft *draft)
{
    const struct parcel_source *source = filling->source;
    const struct record_file *file = &source->fields->files[index];
    struct check check = {.draft = draft};
    uint8_t hash[32];
    enum status status;

    hash_stream_init(&check.hash);
    status = source->read(source->context, index, on_piece, &check);
    if (status != STATUS_OK)
        return status;
    hash_stream_final(&check.hash, hash);
    if (check.size != file->size || memcmp(hash, file->hash, 32) != 0)
        return STATUS_BAD_SIGNATURE;
    return STATUS_OK;
}

static enum status
write_signature(struct filling *filling, struct draft *draft)
{
    struct byte_buf text;
    enum status status;

    byte_buf_init(&text, MINISIG_TEXT_MAX);
    status = record_write_minisig(&text, filling->source->record);
    if (status == STATUS_OK)
        status = draft_add(draft, byte_view_of_buf(&text));
    byte_buf_release(&text);
    return status;
}

static enum status
write_content(struct filling *filling, size_t index, struct draft *draft)
{
    size_t file_count = filling->source->fields->file_count;

    if (index < file_count)
        return write_file(filling, index, draft);
    if (index == file_count)
        return write_signature(filling, draft);
    return draft_add(draft, filling->source->header);
}

/* Write name number index; a file that is not here is left out. */
static enum status
write_at(struct filling *filling, size_t index)
{
    char name[RECORD_FILE_NAME_MAX + 1];
    struct draft *draft = NULL;
    enum status status;
    char *path;

    name_at(name, filling->source, index);
    path = file_join(filling->path, name);
    if (path == NULL)
        return STATUS_NO_MEMORY;
    name_fault(filling, path);
    status = draft_new(&draft, path, 0644);
    if (status == STATUS_OK) {
        status = write_content(filling, index, draft);
        if (status == STATUS_OK && filling->source->sync_later)
            draft_leave(draft);
        else if (status == STATUS_OK)
            status = draft_finish(draft);
        filling->is_written[index] = status == STATUS_OK;
        if (status == STATUS_NOT_FOUND)
            status = STATUS_OK;
    }
    draft_free(draft);
    mem_free(path);
    return status;
}

static void
remove_at(const char *directory, const struct parcel_source *source,
          size_t index)
{
    char name[RECORD_FILE_NAME_MAX + 1];
    char *path;

    name_at(name, source, index);
    path = file_join(directory, name);
    if (path != NULL)
        (void)unlink(path);
    mem_free(path);
}

/* Take back what was written. */
static void
undo(const struct filling *filling)
{
    int saved = errno;

    for (size_t i = 0; i < filling->source->fields->file_count + 2; i++)
        if (filling->is_written[i])
            remove_at(filling->path, filling->source, i);
    if (filling->was_made)
        (void)rmdir(filling->path);
    errno = saved;
}

static enum status
make_directory(struct filling *filling)
{
    struct stat facts;

    name_fault(filling, filling->path);
    if (mkdir(filling->path, 0755) == 0) {
        filling->was_made = true;
        return STATUS_OK;
    }
    if (errno != EEXIST)
        return file_status_of_errno(errno);
    if (stat(filling->path, &facts) == 0 && !S_ISDIR(facts.st_mode)) {
        errno = ENOTDIR;
        return STATUS_IO;
    }
    return STATUS_OK;
}

enum status
parcel_write(const char *path, const struct parcel_source *source,
             struct parcel_fault *fault)
{
    struct filling filling = {.path = path, .source = source, .fault = fault};
    size_t file_count = source->fields->file_count;
    enum status status = make_directory(&filling);

    for (size_t i = 0; status == STATUS_OK && i < file_count + 2; i++)
        if (i != file_count || source->record != NULL)
            status = write_at(&filling, i);
    if (status == STATUS_OK && !source->sync_later)
        status = file_sync_directory(path);
    if (status != STATUS_OK)
        undo(&filling);
    return status;
}

char *
parcel_path(const char *path, const struct parcel_source *source,
            bool in_the_making)
{
    char name[RECORD_ID_TEXT_SIZE + sizeof("..tmp")];
    char text[RECORD_ID_TEXT_SIZE];
    struct record_id id;

    hash_256(id.octets, source->header);
    record_id_format(&id, text);
    snprintf(name, sizeof(name), in_the_making ? ".%s.tmp" : "%s", text);
    return file_join(path, name);
}

/* Write file number index of the record to path, by way of temporary. */
static enum status
add_file(struct filling *filling, size_t index, const char *temporary,
         const char *path)
{
    struct draft *draft = NULL;
    enum status status;

    /* What a run that was killed left. */
    (void)unlink(temporary);
    name_fault(filling, path);
    status = draft_new(&draft, temporary, 0644);
    if (status != STATUS_OK)
        return status;
    status = write_file(filling, index, draft);
    if (status == STATUS_OK)
        status = draft_finish(draft);
    draft_free(draft);
    if (status == STATUS_OK && rename(temporary, path) != 0) {
        status = file_status_of_errno(errno);
        (void)unlink(temporary);
    }
    return status;
}

/* The same, unless there is something of that name or the file is not here;
 * *added counts. */
static enum status
refill_at(struct filling *filling, size_t index, size_t *added)
{
    char name[RECORD_FILE_NAME_MAX + 1];
    char hidden[RECORD_FILE_NAME_MAX + sizeof("..tmp")];
    enum status status = STATUS_NO_MEMORY;
    struct stat facts;
    char *temporary;
    char *path;

    name_at(name, filling->source, index);
    snprintf(hidden, sizeof(hidden), ".%s.tmp", name);
    path = file_join(filling->path, name);
    temporary = file_join(filling->path, hidden);
    if (path != NULL && temporary != NULL) {
        status = STATUS_EXISTS;
        if (lstat(path, &facts) != 0)
            status = add_file(filling, index, temporary, path);
        if (status == STATUS_OK)
            (*added)++;
        if (status == STATUS_EXISTS || status == STATUS_NOT_FOUND)
            status = STATUS_OK;
    }
    mem_free(temporary);
    mem_free(path);
    return status;
}

enum status
parcel_refill(const char *path, const struct parcel_source *source,
              size_t *added, struct parcel_fault *fault)
{
    struct filling filling = {.source = source, .fault = fault};
    char *folder = parcel_path(path, source, false);
    enum status status = STATUS_OK;

    *added = 0;
    fault->path[0] = '\0';
    if (folder == NULL)
        return STATUS_NO_MEMORY;
    filling.path = folder;
    for (size_t i = 0; status == STATUS_OK && i < source->fields->file_count;
         i++)
        status = refill_at(&filling, i, added);
    if (status == STATUS_OK && *added > 0)
        status = file_sync_directory(folder);
    mem_free(folder);
    return status;
}
