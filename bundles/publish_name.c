#include "bundles/publish_name.h"

#include <stdio.h>
#include <string.h>

#include "bundles/record_field.h"

/* Octets of an ending that is kept: `jpeg`, `docx`, `markdown`. */
#define ENDING_MAX 8

static const struct {
    const char *ending;
    const char *type;
} types[] = {
    {"jpg", "image/jpeg"},
    {"jpeg", "image/jpeg"},
    {"png", "image/png"},
    {"gif", "image/gif"},
    {"webp", "image/webp"},
    {"avif", "image/avif"},
    {"heic", "image/heic"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"svg", "image/svg+xml"},
    {"pdf", "application/pdf"},
    {"doc", "application/msword"},
    {"docx", "application/vnd.openxmlformats-officedocument."
             "wordprocessingml.document"},
    {"xlsx", "application/vnd.openxmlformats-officedocument."
             "spreadsheetml.sheet"},
    {"odt", "application/vnd.oasis.opendocument.text"},
    {"ods", "application/vnd.oasis.opendocument.spreadsheet"},
    {"rtf", "application/rtf"},
    {"epub", "application/epub+zip"},
    {"zip", "application/zip"},
    {"json", "application/json"},
    {"csv", "text/csv"},
    {"html", "text/html"},
    {"htm", "text/html"},
    {"txt", "text/plain"},
    {"md", "text/markdown"},
    {"mp3", "audio/mpeg"},
    {"ogg", "audio/ogg"},
    {"opus", "audio/ogg"},
    {"m4a", "audio/mp4"},
    {"wav", "audio/x-wav"},
    {"mp4", "video/mp4"},
    {"mov", "video/quicktime"},
    {"webm", "video/webm"},
    {"3gp", "video/3gpp"},
};

static const char *
last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

/* The letters and digits behind the last dot of path's last part, in lower
 * case; empty if there is none, or it is longer or anything else. */
static void
ending_of(char out[ENDING_MAX + 1], const char *path)
{
    const char *name = last_part(path);
    const char *dot = strrchr(name, '.');
    size_t size = 0;

    out[0] = '\0';
    if (dot == NULL || dot == name || strlen(dot + 1) > ENDING_MAX)
        return;
    for (const char *at = dot + 1; *at != '\0'; at++) {
        char letter = *at;

        if (letter >= 'A' && letter <= 'Z')
            letter = (char)(letter - 'A' + 'a');
        if (!(letter >= 'a' && letter <= 'z') &&
            !(letter >= '0' && letter <= '9')) {
            out[0] = '\0';
            return;
        }
        out[size++] = letter;
        out[size] = '\0';
    }
}

void
publish_name_text(char out[PUBLISH_NAME_SIZE], size_t index,
                  const char *language, bool is_plain)
{
    const char *ending = is_plain ? "txt" : "md";
    int size = 0;

    if (index > 0 && strcmp(language, "und") != 0)
        size = snprintf(out, PUBLISH_NAME_SIZE, "statement.%s.%s", language,
                        ending);
    else if (index == 0)
        size = snprintf(out, PUBLISH_NAME_SIZE, "statement.%s", ending);
    if (size <= 0 || (size_t)size >= PUBLISH_NAME_SIZE)
        snprintf(out, PUBLISH_NAME_SIZE, "statement-%zu.%s", index + 1, ending);
    for (char *at = out; *at != '\0'; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
}

void
publish_name_attachment(char out[PUBLISH_NAME_SIZE], size_t index,
                        const char *path)
{
    char ending[ENDING_MAX + 1];

    ending_of(ending, path);
    snprintf(out, PUBLISH_NAME_SIZE, "attachment-%zu.%s", index + 1,
             ending[0] == '\0' ? "bin" : ending);
}

bool
publish_name_local(char out[PUBLISH_NAME_SIZE], const char *path)
{
    size_t size = 0;

    for (const char *at = last_part(path);
         *at != '\0' && size < RECORD_FILE_NAME_MAX; at++) {
        char letter = *at;

        if (letter >= 'A' && letter <= 'Z')
            letter = (char)(letter - 'A' + 'a');
        if (!(letter >= 'a' && letter <= 'z') &&
            !(letter >= '0' && letter <= '9') && letter != '.' && letter != '_')
            letter = '-';
        /* One for a run of them, and none in front. */
        if (letter == '-' && (size == 0 || out[size - 1] == '-'))
            continue;
        out[size++] = letter;
    }
    out[size] = '\0';
    return record_field_is_name(byte_view_of_text(out));
}

const char *
publish_name_type(const char *path, enum metadata_type type)
{
    char ending[ENDING_MAX + 1];

    if (type == METADATA_JPEG)
        return "image/jpeg";
    if (type == METADATA_PNG)
        return "image/png";
    ending_of(ending, path);
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (strcmp(types[i].ending, ending) == 0)
            return types[i].type;
    return "application/octet-stream";
}

bool
publish_name_is_image(const char *path)
{
    char ending[ENDING_MAX + 1];

    ending_of(ending, path);
    return strcmp(ending, "jpg") == 0 || strcmp(ending, "jpeg") == 0 ||
           strcmp(ending, "png") == 0;
}
