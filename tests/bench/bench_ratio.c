/*
 * What the store's compression gains: plain octets over stored octets of the
 * statements in a folder.
 *
 *     bench_ratio FOLDER...
 *
 * A file is taken whole, as chunks with the dictionaries; its language is that
 * of its name (statement.ru.md) or else of its folder's (ru).
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bundles/deflate.h"
#include "bundles/dictionary.h"
#include "core/file.h"
#include "core/limits.h"

struct sum {
    size_t files;
    size_t plain;
    size_t stored;
};

static void
must(bool held, const char *what)
{
    if (held)
        return;
    fprintf(stderr, "bench_ratio: %s\n", what);
    exit(1);
}

/* The part of name behind its first dot up to the next, where there is a
 * dictionary for it; else folder's name. */
static struct byte_view
language_of(const char *folder, const char *name)
{
    const char *dot = strchr(name, '.');
    const char *slash = strrchr(folder, '/');
    struct byte_view tag = {NULL, 0};

    if (dot != NULL)
        tag = byte_view_of(dot + 1, strcspn(dot + 1, "."));
    if (dictionary_for_language(tag) != 0)
        return tag;
    return byte_view_of_text(slash == NULL ? folder : slash + 1);
}

static void
add_file(struct sum *sum, const char *path, struct byte_view language)
{
    struct byte_buf octets;
    size_t at;

    byte_buf_init(&octets, PUBLISH_TEXT_MAX);
    must(file_read(&octets, path) == STATUS_OK, path);
    for (at = 0; at < octets.size; at += CHUNK_SIZE) {
        struct byte_buf stored;
        uint8_t encoding;

        byte_buf_init(&stored, CHUNK_STORED_MAX);
        must(deflate_pack(
                 &stored, &encoding,
                 byte_view_slice(byte_view_of_buf(&octets), at, CHUNK_SIZE),
                 true, language) == STATUS_OK,
             "deflate_pack");
        sum->stored += stored.size;
        byte_buf_release(&stored);
    }
    sum->plain += octets.size;
    sum->files++;
    byte_buf_release(&octets);
}

static void
add_folder(struct sum *sum, const char *folder)
{
    DIR *directory = opendir(folder);
    const struct dirent *entry;

    must(directory != NULL, folder);
    while ((entry = readdir(directory)) != NULL) {
        char path[4096];
        struct stat info;

        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.' && stat(path, &info) == 0 &&
            S_ISREG(info.st_mode))
            add_file(sum, path, language_of(folder, entry->d_name));
    }
    closedir(directory);
}

int
main(int argc, char **argv)
{
    int i;

    must(argc > 1, "usage: bench_ratio FOLDER...");
    for (i = 1; i < argc; i++) {
        struct sum sum = {0};
        size_t length = strlen(argv[i]);

        while (length > 1 && argv[i][length - 1] == '/')
            argv[i][--length] = '\0';
        add_folder(&sum, argv[i]);
        must(sum.stored > 0, "no statements in that folder");
        printf("ratio: %.2f, %zu plain over %zu stored octets of %zu files "
               "in %s\n",
               (double)sum.plain / (double)sum.stored, sum.plain, sum.stored,
               sum.files, argv[i]);
    }
    return 0;
}
