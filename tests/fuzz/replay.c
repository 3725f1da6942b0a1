/*
 * A main() for fuzz targets where there is no libFuzzer: give the target each
 * file that is named, once.  tests/fuzz/replay.sh does so with the corpus.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Each target defines it, as libFuzzer wants it. */
int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

/* Files of a corpus are small; a longer one is a mistake. */
#define REPLAY_FILE_MAX ((size_t)4 * 1024 * 1024)

static int
replay(const char *path, uint8_t *octets)
{
    size_t size;
    int failed;
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        perror(path);
        return 1;
    }
    size = fread(octets, 1, REPLAY_FILE_MAX, file);
    failed = ferror(file) || fgetc(file) != EOF;
    fclose(file);
    if (failed) {
        fprintf(stderr, "%s: cannot be read, or is too long\n", path);
        return 1;
    }
    return LLVMFuzzerTestOneInput(octets, size);
}

int
main(int argc, char **argv)
{
    uint8_t *octets = malloc(REPLAY_FILE_MAX);
    int failed = 0;
    int i;

    if (octets == NULL)
        return 1;
    for (i = 1; i < argc; i++) {
        if (replay(argv[i], octets) != 0)
            failed = 1;
    }
    free(octets);
    return failed;
}
