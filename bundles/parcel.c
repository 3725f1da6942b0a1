#include "bundles/parcel.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/hash.h"
#include "core/mem.h"
#include "core/minisig.h"

struct parcel {
    struct record *record;
    char *directory;
    const struct parcel_watch *watch; /* may be NULL */
    bool has_file[RECORD_FILES_MAX];
};

/* Octets of a file on their way through its hash. */
struct check {
    struct hash_stream hash;
    uint64_t size;
    uint64_t maximum;
    const struct parcel_watch *watch;
    file_sink *sink; /* may be NULL */
    void *context;
};

static void
name_fault(struct parcel_fault *fault, const char *path)
{
    int saved = errno;

    snprintf(fault->path, sizeof(fault->path), "%s", path);
    errno = saved;
}

/* A file_sink. */
static enum status
on_piece(void *context, struct byte_view piece)
{
    struct check *check = context;

    check->size += piece.size;
    if (check->size > check->maximum)
        return STATUS_BAD_SIGNATURE;
    hash_stream_update(&check->hash, piece);
    if (check->watch != NULL)
        check->watch->on_octets(check->watch->context, piece.size);
    return check->sink == NULL ? STATUS_OK : check->sink(check->context, piece);
}

/* The whole of the file at path goes to sink and must be what file says. */
static enum status
check_file(const struct parcel *parcel, const char *path,
           const struct record_file *file, file_sink *sink, void *context)
{
    struct check check = {.maximum = file->size,
                          .watch = parcel->watch,
                          .sink = sink,
                          .context = context};
    uint8_t hash[32];
    enum status status;

    hash_stream_init(&check.hash);
    status = file_read_pieces(path, on_piece, &check);
    if (status != STATUS_OK)
        return status;
    hash_stream_final(&check.hash, hash);
    if (check.size != file->size || memcmp(hash, file->hash, 32) != 0)
        return STATUS_BAD_SIGNATURE;
    return STATUS_OK;
}

static char *
copy_text(struct byte_view text)
{
    char *copy = mem_alloc(text.size + 1);

    if (copy == NULL)
        return NULL;
    if (text.size > 0)
        memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    return copy;
}

/* Where a file of the record lies, in memory of mem_alloc. */
static char *
path_of_file(const struct parcel *parcel, size_t index)
{
    char *name = copy_text(record_fields(parcel->record)->files[index].name);
    char *path = name == NULL ? NULL : file_join(parcel->directory, name);

    mem_free(name);
    return path;
}

/* Append the whole file at path, of at most maximum octets, to out. */
static enum status
read_small(struct byte_buf *out, size_t maximum, const char *path,
           struct parcel_fault *fault)
{
    enum status status;

    byte_buf_init(out, maximum);
    status = file_read(out, path);
    if (status != STATUS_OK)
        name_fault(fault, path);
    return status;
}

/* Header and signature at these paths become parcel's record. */
static enum status
open_record(struct parcel *parcel, const char *header_path,
            const char *signature_path, struct parcel_fault *fault)
{
    struct byte_buf header;
    struct byte_buf text;
    struct minisig minisig;
    enum status status;

    byte_buf_init(&text, MINISIG_TEXT_MAX);
    status = read_small(&header, RECORD_HEADER_MAX, header_path, fault);
    if (status == STATUS_OK)
        status = read_small(&text, MINISIG_TEXT_MAX, signature_path, fault);
    if (status == STATUS_OK) {
        status = minisig_read(&minisig, byte_view_of_buf(&text));
        if (status != STATUS_OK)
            name_fault(fault, signature_path);
    }
    if (status == STATUS_OK) {
        status = record_open_files(&parcel->record, byte_view_of_buf(&header),
                                   &minisig);
        if (status != STATUS_OK)
            name_fault(fault, header_path);
    }
    byte_buf_release(&header);
    byte_buf_release(&text);
    return status;
}

static enum status
check_files(struct parcel *parcel, struct parcel_fault *fault)
{
    const struct record_fields *fields = record_fields(parcel->record);
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < fields->file_count; i++) {
        char *path = path_of_file(parcel, i);

        status = path == NULL
                     ? STATUS_NO_MEMORY
                     : check_file(parcel, path, &fields->files[i], NULL, NULL);
        parcel->has_file[i] = status == STATUS_OK;
        if (status == STATUS_NOT_FOUND)
            status = STATUS_OK;
        if (status != STATUS_OK && path != NULL)
            name_fault(fault, path);
        mem_free(path);
    }
    return status;
}

static bool
is_directory(const char *path)
{
    struct stat facts;

    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

/* Where the folder, its header and its signature are, in memory of
 * mem_alloc; NULL for what there was no memory for. */
static void
find_paths(const char *path, char **directory, char **header, char **signature)
{
    struct byte_buf name;
    const char *slash = strrchr(path, '/');
    struct byte_view whole = byte_view_of_text(path);

    if (is_directory(path)) {
        *directory = copy_text(whole);
        *header = file_join(path, PARCEL_HEADER);
        *signature = file_join(path, PARCEL_SIGNATURE);
        return;
    }
    if (slash == NULL)
        *directory = copy_text(byte_view_of_text("."));
    else
        *directory =
            copy_text(byte_view_slice(whole, 0, (size_t)(slash + 1 - path)));
    *header = copy_text(whole);
    byte_buf_init(&name, whole.size + sizeof(".minisig"));
    if (byte_buf_append(&name, whole) == STATUS_OK &&
        byte_buf_append_text(&name, ".minisig") == STATUS_OK)
        *signature = copy_text(byte_view_of_buf(&name));
    byte_buf_release(&name);
}

enum status
parcel_open_watched(struct parcel **out, const char *path,
                    const struct parcel_watch *watch,
                    struct parcel_fault *fault)
{
    struct parcel *parcel;
    char *header = NULL;
    char *signature = NULL;
    enum status status = STATUS_NO_MEMORY;

    *out = NULL;
    name_fault(fault, path);
    parcel = mem_zalloc(1, sizeof(*parcel));
    if (parcel == NULL)
        return STATUS_NO_MEMORY;
    parcel->watch = watch;
    find_paths(path, &parcel->directory, &header, &signature);
    if (parcel->directory != NULL && header != NULL && signature != NULL)
        status = open_record(parcel, header, signature, fault);
    if (status == STATUS_OK)
        status = check_files(parcel, fault);
    if (status == STATUS_OK) {
        *out = parcel;
        parcel = NULL;
    }
    mem_free(header);
    mem_free(signature);
    parcel_free(parcel);
    return status;
}

void
parcel_free(struct parcel *parcel)
{
    int saved = errno;

    if (parcel == NULL)
        return;
    record_free(parcel->record);
    mem_free(parcel->directory);
    mem_free(parcel);
    errno = saved;
}

enum status
parcel_open(struct parcel **out, const char *path, struct parcel_fault *fault)
{
    return parcel_open_watched(out, path, NULL, fault);
}

void
parcel_unwatch(struct parcel *parcel)
{
    parcel->watch = NULL;
}

struct record *
parcel_record(const struct parcel *parcel)
{
    return parcel->record;
}

const char *
parcel_folder(const struct parcel *parcel)
{
    return parcel->directory;
}

bool
parcel_has_file(const struct parcel *parcel, size_t index)
{
    return parcel->has_file[index];
}

bool
parcel_is_complete(const struct parcel *parcel)
{
    const struct record_fields *fields = record_fields(parcel->record);

    for (size_t i = 0; i < fields->file_count; i++)
        if (!parcel->has_file[i])
            return false;
    return true;
}

enum status
parcel_read_file(const struct parcel *parcel, size_t index, file_sink *sink,
                 void *context)
{
    const struct record_fields *fields = record_fields(parcel->record);
    enum status status;
    char *path;

    if (!parcel->has_file[index])
        return STATUS_NOT_FOUND;
    path = path_of_file(parcel, index);
    if (path == NULL)
        return STATUS_NO_MEMORY;
    status = check_file(parcel, path, &fields->files[index], sink, context);
    mem_free(path);
    return status;
}
