#include "tests/unit/vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"

/* The vectors are small; a longer file is a mistake. */
#define VECTORS_MAX ((size_t)1024 * 1024)

struct byte_view
vectors_read(const char *name)
{
    const char *top = getenv("top_srcdir");
    uint8_t *octets = NULL;
    char path[4096];
    size_t size;
    FILE *file;

    snprintf(path, sizeof(path), "%s/tests/vectors/%s", top == NULL ? "." : top,
             name);
    file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("%s cannot be read", path);
    octets = malloc(VECTORS_MAX);
    assert_non_null(octets);
    size = fread(octets, 1, VECTORS_MAX, file);
    assert_int_equal(ferror(file), 0);
    assert_int_equal(fclose(file), 0);
    assert_true(size < VECTORS_MAX);
    return byte_view_of(octets, size);
}

void
vectors_free(struct byte_view file)
{
    /* NOLINTNEXTLINE(performance-no-int-to-ptr): only to lose the const */
    free((void *)(uintptr_t)file.data);
}

/* Take what comes before end, or all, off view, and end too. */
static struct byte_view
take_until(struct byte_view *view, char end)
{
    struct byte_view whole = *view;
    size_t size = 0;

    while (size < whole.size && whole.data[size] != (uint8_t)end)
        size++;
    *view = byte_view_slice(whole, size + 1, whole.size);
    return byte_view_slice(whole, 0, size);
}

bool
vectors_line(struct byte_view *line, struct byte_view *text)
{
    while (text->size > 0) {
        *line = take_until(text, '\n');
        if (!byte_view_starts_with(*line, "#"))
            return true;
    }
    return false;
}

struct byte_view
vectors_word(struct byte_view *line)
{
    return take_until(line, ' ');
}

struct key_secret *
vectors_secret(void)
{
    /* RFC 8032, section 7.1, TEST 2. */
    static const char seed_text[] =
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
    static const struct key_id id = {
        {0x0a, 0x1b, 0x2c, 0x3d, 0x4e, 0x5f, 0x60, 0x71}};
    struct key_secret *secret;
    uint8_t seed[32];

    assert_int_equal(
        text_hex_parse(seed, sizeof(seed), byte_view_of_text(seed_text)),
        STATUS_OK);
    assert_int_equal(key_secret_of_seed(&secret, seed, id), STATUS_OK);
    return secret;
}
