#include "tests/unit/shared.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

bool
shared_path(char *out, size_t out_size, const char *name)
{
    const char *shared = getenv("P2PUB_SHARED");
    const char *top = getenv("top_srcdir");

    if (shared != NULL && shared[0] != '\0')
        snprintf(out, out_size, "%s/%s", shared, name);
    else
        snprintf(out, out_size, "%s/../shared/%s", top == NULL ? "." : top,
                 name);
    if (access(out, R_OK) == 0)
        return true;
    printf("# skipped, not there: %s\n", out);
    return false;
}

uint8_t *
shared_read(const char *name, size_t *size)
{
    char path[4096];
    uint8_t *octets = NULL;
    long length = 0;
    FILE *file;

    *size = 0;
    if (!shared_path(path, sizeof(path), name))
        return NULL;
    file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0 && (length = ftell(file)) >= 0 &&
        fseek(file, 0, SEEK_SET) == 0)
        octets = malloc((size_t)length + 1);
    if (octets != NULL) {
        *size = fread(octets, 1, (size_t)length, file);
        octets[*size] = '\0';
    }
    fclose(file);
    return octets;
}
