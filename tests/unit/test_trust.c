/* The follows file: what it says, and that nothing in it gets lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/trust.h"
#include "core/limits.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/records.h"

#define PIN "5f3a5f3a5f3a5f3a5f3a5f3a5f3a5f3a5f3a5f3a5f3a5f3a5f3a5f3a5f3a5f3a"

static const char follows[] =
    "# whom we read\n"
    "\n" RECORDS_KEY_1 " " PIN " OMCT Geneva\n"
    "this is no key\n" RECORDS_KEY_2 " - Коалиция\n" RECORDS_KEY_1 " - twice\n"
    "   \n" RECORDS_KEY_3 " -\n";

static struct key_author
author_of(const char *key)
{
    struct key_public public_key;

    assert_int_equal(key_public_parse(&public_key, byte_view_of_text(key)),
                     STATUS_OK);
    return public_key.author;
}

static struct trust_entry
entry_of(const char *key, const char *name, bool is_own)
{
    struct trust_entry entry;

    memset(&entry, 0, sizeof(entry));
    assert_int_equal(key_public_parse(&entry.key, byte_view_of_text(key)),
                     STATUS_OK);
    entry.name = name;
    entry.is_own = is_own;
    return entry;
}

static struct trust *
parsed(const char *text)
{
    struct trust *trust;

    assert_int_equal(trust_new(&trust), STATUS_OK);
    assert_int_equal(trust_parse(trust, byte_view_of_text(text)), STATUS_OK);
    return trust;
}

static void
assert_writes(const struct trust *trust, const char *wanted)
{
    struct byte_buf out;

    byte_buf_init(&out, FOLLOWS_TEXT_MAX);
    assert_int_equal(trust_write(&out, trust), STATUS_OK);
    assert_string_equal(byte_buf_text(&out), wanted);
    byte_buf_release(&out);
}

static void
test_reads_a_file(void **state)
{
    struct key_author first = author_of(RECORDS_KEY_1);
    struct key_author second = author_of(RECORDS_KEY_2);
    struct key_author third = author_of(RECORDS_KEY_3);
    struct trust *trust = parsed(follows);
    const struct trust_entry *entry;
    size_t position = 0;
    char pin[RECORD_ID_TEXT_SIZE];

    (void)state;
    entry = trust_next(trust, &position);
    assert_string_equal(entry->name, "OMCT Geneva");
    assert_true(entry->has_pin);
    record_id_format(&entry->pin, pin);
    assert_string_equal(pin, PIN);
    assert_ptr_equal(trust_get(trust, &first), entry);

    entry = trust_next(trust, &position);
    assert_string_equal(entry->name, "Коалиция");
    assert_false(entry->has_pin);
    assert_ptr_equal(trust_get(trust, &second), entry);
    assert_null(trust_next(trust, &position));

    assert_int_equal(trust_class(trust, &first), TRUST_FOLLOWED);
    assert_int_equal(trust_class(trust, &third), TRUST_UNKNOWN);
    trust_free(trust);
}

static void
test_bad_lines_are_named_and_kept(void **state)
{
    struct trust *trust = parsed(follows);

    (void)state;
    assert_int_equal(trust_bad_line(trust, 0), 4);
    assert_int_equal(trust_bad_line(trust, 4), 6);
    assert_int_equal(trust_bad_line(trust, 6), 8);
    assert_int_equal(trust_bad_line(trust, 8), 0);
    assert_writes(trust, follows);
    trust_free(trust);
}

/* The last line may lack its end, and an editor may have left CR. */
static void
test_line_ends(void **state)
{
    struct trust *trust = parsed(RECORDS_KEY_1 " - one\r\n# two\r\nthree");

    (void)state;
    assert_int_equal(trust_bad_line(trust, 0), 3);
    assert_writes(trust, RECORDS_KEY_1 " - one\n# two\r\nthree\n");
    trust_free(trust);

    trust = parsed("");
    assert_writes(trust, "");
    trust_free(trust);
}

static void
test_bad_fields(void **state)
{
    static const char *const bad[] = {
        RECORDS_KEY_1,
        RECORDS_KEY_1 " ",
        RECORDS_KEY_1 " -",
        RECORDS_KEY_1 " - ",
        RECORDS_KEY_1 " abcdef name",
        RECORDS_KEY_1 " " PIN "0 name",
        RECORDS_KEY_1 " - na\033[2Jme",
        RECORDS_KEY_1 " - \xe2\x80\xaename",
        RECORDS_KEY_1 " - \xff",
        RECORDS_KEY_1 " - 12345678901234567890123456789012"
                      "345678901234567890123456789012345",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct trust *trust = parsed(bad[i]);
        size_t position = 0;

        assert_null(trust_next(trust, &position));
        assert_int_equal(trust_bad_line(trust, 0), 1);
        trust_free(trust);
    }
}

static void
test_adds_and_removes(void **state)
{
    struct key_author first = author_of(RECORDS_KEY_1);
    struct key_author third = author_of(RECORDS_KEY_3);
    struct trust_entry entry = entry_of(RECORDS_KEY_3, "a friend", false);
    const struct trust_entry *found;
    struct trust *trust = parsed("# note\n" RECORDS_KEY_1 " - one\n");

    (void)state;
    assert_int_equal(trust_add(trust, &entry), STATUS_OK);
    assert_int_equal(trust_add(trust, &entry), STATUS_EXISTS);
    assert_int_equal(trust_find_name(trust, "a friend", &found), STATUS_OK);
    assert_true(key_author_equal(&found->key.author, &third));
    assert_int_equal(trust_remove(trust, &first), STATUS_OK);
    assert_int_equal(trust_remove(trust, &first), STATUS_NOT_FOUND);
    assert_writes(trust, "# note\n" RECORDS_KEY_3 " - a friend\n");

    entry = entry_of(RECORDS_KEY_4, "a friend", false);
    assert_int_equal(trust_add(trust, &entry), STATUS_OK);
    assert_int_equal(trust_find_name(trust, "a friend", &found),
                     STATUS_AMBIGUOUS);
    assert_null(found);
    assert_int_equal(trust_find_name(trust, "nobody", &found),
                     STATUS_NOT_FOUND);
    entry = entry_of(RECORDS_KEY_5, "two\nlines", false);
    assert_int_equal(trust_add(trust, &entry), STATUS_MALFORMED);
    entry.name = "";
    assert_int_equal(trust_add(trust, &entry), STATUS_MALFORMED);
    trust_free(trust);
}

static void
test_own_keys_are_not_written(void **state)
{
    struct key_author first = author_of(RECORDS_KEY_1);
    struct key_author second = author_of(RECORDS_KEY_2);
    struct trust_entry own = entry_of(RECORDS_KEY_1, "mine", true);
    struct trust *trust = parsed(RECORDS_KEY_1 " - one\n");
    const struct trust_entry *found;

    (void)state;
    assert_int_equal(trust_add(trust, &own), STATUS_OK);
    assert_int_equal(trust_class(trust, &first), TRUST_OWN);
    assert_string_equal(trust_get(trust, &first)->name, "mine");
    assert_int_equal(trust_find_name(trust, "mine", &found), STATUS_NOT_FOUND);
    own = entry_of(RECORDS_KEY_2, "other", true);
    assert_int_equal(trust_add(trust, &own), STATUS_OK);
    assert_int_equal(trust_remove(trust, &second), STATUS_NOT_FOUND);
    assert_writes(trust, RECORDS_KEY_1 " - one\n");
    trust_free(trust);
}

#define INTRODUCER "introducer " RECORDS_KEY_1 "\n"

static void
test_introducers(void **state)
{
    struct key_author first = author_of(RECORDS_KEY_1);
    struct key_author second = author_of(RECORDS_KEY_2);
    struct trust *trust =
        parsed(INTRODUCER RECORDS_KEY_1 " - one\n" RECORDS_KEY_2
                                        " - two\n" INTRODUCER);
    size_t position = 0;

    (void)state;
    assert_int_equal(trust_bad_line(trust, 0), 0);
    assert_true(trust_is_introducer(trust, &first));
    assert_false(trust_is_introducer(trust, &second));
    assert_string_equal(trust_next_introducer(trust, &position)->name, "one");
    assert_null(trust_next_introducer(trust, &position));
    assert_int_equal(trust_set_introducer(trust, &first, true), STATUS_EXISTS);
    assert_int_equal(trust_set_introducer(trust, &second, false),
                     STATUS_EXISTS);
    assert_int_equal(trust_set_introducer(trust, &first, false), STATUS_OK);
    assert_writes(trust, RECORDS_KEY_1 " - one\n" RECORDS_KEY_2 " - two\n");
    assert_int_equal(trust_set_introducer(trust, &second, true), STATUS_OK);
    assert_writes(trust,
                  RECORDS_KEY_1 " - one\n" RECORDS_KEY_2
                                " - two\nintroducer " RECORDS_KEY_2 "\n");
    assert_int_equal(trust_remove(trust, &second), STATUS_OK);
    assert_int_equal(trust_set_introducer(trust, &second, true),
                     STATUS_NOT_FOUND);
    assert_writes(trust, RECORDS_KEY_1 " - one\n");
    trust_free(trust);
}

/* What is said of a key that nobody follows, of an own one, and of none. */
static void
test_introducers_for_nothing(void **state)
{
    struct key_author first = author_of(RECORDS_KEY_1);
    struct trust_entry own = entry_of(RECORDS_KEY_1, "mine", true);
    struct trust *trust = parsed(INTRODUCER "introducer\nintroducer x\n"
                                            "introducer " RECORDS_KEY_2 " a\n");
    size_t position = 0;

    (void)state;
    assert_int_equal(trust_bad_line(trust, 0), 2);
    assert_int_equal(trust_bad_line(trust, 2), 3);
    assert_int_equal(trust_bad_line(trust, 3), 4);
    assert_int_equal(trust_add(trust, &own), STATUS_OK);
    assert_false(trust_is_introducer(trust, &first));
    assert_null(trust_next_introducer(trust, &position));
    assert_int_equal(trust_set_introducer(trust, &first, true),
                     STATUS_NOT_FOUND);
    trust_free(trust);
}

static void
test_bounds(void **state)
{
    struct byte_buf text;
    struct trust *trust;

    (void)state;
    byte_buf_init(&text, FOLLOWS_TEXT_MAX + 2);
    for (size_t i = 0; i < FOLLOWS_MAX; i++)
        assert_int_equal(byte_buf_append_text(&text, "#\n"), STATUS_OK);
    trust = parsed(byte_buf_text(&text));
    assert_int_equal(trust_parse(trust, byte_view_of_text("#")),
                     STATUS_TOO_LARGE);
    trust_free(trust);

    while (text.size <= FOLLOWS_TEXT_MAX)
        assert_int_equal(byte_buf_append_text(&text, "#"), STATUS_OK);
    assert_int_equal(trust_new(&trust), STATUS_OK);
    assert_int_equal(trust_parse(trust, byte_view_of_buf(&text)),
                     STATUS_TOO_LARGE);
    trust_free(trust);
    byte_buf_release(&text);
}

static enum status
read_change_write(void *context)
{
    struct trust_entry entry = entry_of(RECORDS_KEY_4, "four", false);
    struct trust *trust = NULL;
    struct byte_buf out;
    enum status status;

    (void)context;
    byte_buf_init(&out, FOLLOWS_TEXT_MAX);
    status = trust_new(&trust);
    if (status == STATUS_OK)
        status = trust_parse(trust, byte_view_of_text(follows));
    if (status == STATUS_OK)
        status = trust_add(trust, &entry);
    if (status == STATUS_OK)
        status = trust_set_introducer(trust, &entry.key.author, true);
    if (status == STATUS_OK)
        status = trust_write(&out, trust);
    trust_free(trust);
    byte_buf_release(&out);
    return status;
}

static void
test_each_allocation(void **state)
{
    (void)state;
    test_alloc_each(read_change_write, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_a_file),
        cmocka_unit_test(test_bad_lines_are_named_and_kept),
        cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_bad_fields),
        cmocka_unit_test(test_adds_and_removes),
        cmocka_unit_test(test_own_keys_are_not_written),
        cmocka_unit_test(test_introducers),
        cmocka_unit_test(test_introducers_for_nothing),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_each_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
