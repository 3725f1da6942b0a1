#include "cli/recovery_words.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/i18n.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/words.h"

/* The label of a recovery key follows from the key, so that the words alone
 * bring both back (bundles/FORMAT.md, 15). */
static void
label(struct key_public *key)
{
    uint8_t hash[HASH_256_SIZE];

    hash_256(hash,
             byte_view_of(key->author.octets, sizeof(key->author.octets)));
    memcpy(key->id.octets, hash, sizeof(key->id.octets));
}

int
recovery_words_new(struct cli *cli, struct key_secret **out,
                   struct prompt_secret *words)
{
    words->text = mem_secret_alloc(WORDS_SEED_SIZE);
    if (words->text == NULL || key_secret_new(out, &cli->entropy) != STATUS_OK)
        return cli_fail_memory(cli);
    label(&(*out)->public_key);
    words_of_seed(words->text, (*out)->seed);
    words->size = strlen(words->text);
    return CLI_DONE;
}

/* The first word of text that is not in the list, and its number from 1; empty
 * where all are.  count is how many there are. */
static struct byte_view
find_wrong(struct byte_view text, size_t *count)
{
    struct byte_view wrong = {NULL, 0};

    *count = 0;
    for (;;) {
        const struct byte_view word = words_take(&text);

        if (word.size == 0)
            return wrong;
        (*count)++;
        if (!words_is_listed(word))
            return word;
    }
}

/* Words for a word that is not in the list. */
static int
fail_word(struct cli *cli, size_t number, struct byte_view word)
{
    char nearest[WORDS_WORD_SIZE];
    const int size = word.size > 40 ? 40 : (int)word.size;

    if (words_nearest(nearest, word))
        return cli_fail(cli, CLI_KEY, NULL,
                        _("word %zu, '%.*s', is none of the list: is it "
                          "'%s'?"),
                        number, size, (const char *)word.data, nearest);
    return cli_fail(cli, CLI_KEY, NULL,
                    _("word %zu, '%.*s', is none of the "
                      "list"),
                    number, size, (const char *)word.data);
}

static int
take_words(struct cli *cli, struct byte_view text, struct key_secret **out)
{
    static const struct key_id none = {{0}};
    uint8_t seed[32];
    size_t count;
    const struct byte_view wrong = find_wrong(text, &count);
    enum status status;

    if (wrong.size > 0)
        return fail_word(cli, count, wrong);
    if (count != WORDS_SEED_COUNT)
        return cli_fail(cli, CLI_KEY, NULL,
                        _("these are %zu words: a recovery key has %d"), count,
                        WORDS_SEED_COUNT);
    status = words_parse_seed(seed, text);
    if (status == STATUS_OK) {
        status = key_secret_of_seed(out, seed, none);
        mem_wipe(seed, sizeof(seed));
        if (status != STATUS_OK)
            return cli_fail_memory(cli);
        label(&(*out)->public_key);
        return CLI_DONE;
    }
    return cli_fail(cli, CLI_KEY, NULL,
                    _("every word is in the list, and together they are no "
                      "key: two may have changed places, or one be another"));
}

static int
read_file(struct cli *cli, const char *path, struct key_secret **out)
{
    struct byte_buf text;
    enum status status;
    int code;

    /* Set aside at once, so that nothing is left behind where it grew. */
    byte_buf_init(&text, RECOVERY_WORDS_TEXT_MAX);
    status = byte_buf_reserve(&text, RECOVERY_WORDS_TEXT_MAX);
    if (status == STATUS_OK)
        status = strcmp(path, "-") == 0
                     ? file_read_descriptor(&text, STDIN_FILENO)
                     : file_read(&text, path);
    code = status == STATUS_OK
               ? take_words(cli, byte_view_of_buf(&text), out)
               : cli_fail_file(cli, status, _("cannot read"), path);
    if (text.data != NULL)
        mem_wipe(text.data, text.capacity);
    byte_buf_release(&text);
    return code;
}

/* Add the words of a line to those that are there.  A wrong one ends it, is
 * named, and is asked for again with what follows. */
static void
add_line(struct cli *cli, struct prompt_secret *words, size_t *count,
         struct byte_view line)
{
    for (;;) {
        const struct byte_view word = words_take(&line);

        if (word.size == 0)
            return;
        if (!words_is_listed(word)) {
            cli->lenient = true;
            (void)fail_word(cli, *count + 1, word);
            cli->lenient = false;
            return;
        }
        if (*count == WORDS_SEED_COUNT)
            return;
        if (*count > 0)
            words->text[words->size++] = ' ';
        memcpy(words->text + words->size, word.data, word.size);
        words->size += word.size;
        (*count)++;
    }
}

static int
ask(struct cli *cli, struct key_secret **out)
{
    struct prompt_secret words = {mem_secret_alloc(WORDS_SEED_SIZE), 0};
    size_t count = 0;
    int code = words.text == NULL ? cli_fail_memory(cli) : CLI_DONE;

    cli_say(cli, _("The 24 recovery words, in one line or in several. They are "
                   "not shown."));
    while (code == CLI_DONE && count < WORDS_SEED_COUNT) {
        struct prompt_secret line = {NULL, 0};
        char question[64];

        (void)snprintf(question, sizeof(question), _("Words %zu to %d: "),
                       count + 1, WORDS_SEED_COUNT);
        code = prompt_hidden(cli, question, &line);
        if (code == CLI_DONE && line.size == 0)
            code = cli_fail(cli, CLI_KEY, NULL, _("no words were given"));
        if (code == CLI_DONE)
            add_line(cli, &words, &count, byte_view_of(line.text, line.size));
        prompt_secret_release(&line);
    }
    if (code == CLI_DONE)
        code = take_words(cli, byte_view_of(words.text, words.size), out);
    prompt_secret_release(&words);
    return code;
}

int
recovery_words_read(struct cli *cli, const struct recovery_source *source,
                    struct key_secret **out)
{
    *out = NULL;
    if (source->file != NULL)
        return read_file(cli, source->file, out);
    if (!prompt_can_ask())
        return cli_misused(cli, _("there is no terminal to ask for the words "
                                  "on: --words-file FILE"));
    return ask(cli, out);
}
