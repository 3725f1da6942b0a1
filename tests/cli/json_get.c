/*
 * For scripts: print what stands at a path in the JSON document on standard
 * input.
 *
 *     json_get statements.0.title <document
 *
 * Names and numbers between points lead down; # counts a list or an object.
 * Text is printed as it is, everything else as JSON; - for what is not there.
 * Exit code 1 if the input is not exactly one document.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

/* The value one step below value; NULL if there is none. */
static json_t *
step(json_t *value, const char *name)
{
    if (json_is_array(value))
        return json_array_get(value, strtoul(name, NULL, 10));
    return json_object_get(value, name);
}

static void
print(json_t *value)
{
    char *text;

    if (value == NULL) {
        (void)puts("-");
    } else if (json_is_string(value)) {
        (void)puts(json_string_value(value));
    } else {
        text = json_dumps(value, JSON_ENCODE_ANY | JSON_SORT_KEYS);
        (void)puts(text == NULL ? "-" : text);
        free(text);
    }
}

int
main(int argc, char **argv)
{
    json_t *document = json_loadf(stdin, JSON_REJECT_DUPLICATES, NULL);
    json_t *value = document;
    char *rest = argc > 1 ? argv[1] : NULL;

    if (document == NULL)
        return 1;
    while (rest != NULL) {
        char *name = rest;

        rest = strchr(name, '.');
        if (rest != NULL)
            *rest++ = '\0';
        if (strcmp(name, "#") == 0) {
            (void)printf("%zu\n", json_is_array(value)
                                      ? json_array_size(value)
                                      : json_object_size(value));
            json_decref(document);
            return 0;
        }
        value = step(value, name);
    }
    print(value);
    json_decref(document);
    return 0;
}
