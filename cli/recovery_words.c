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

/* Words that were given so far. */
struct gathered {
    struct prompt_secret words; /* the first 24, with blanks between */
    size_t count;               /* all of them */
};

static int
gathered_init(struct cli *cli, struct gathered *gathered)
{
    gathered->words.text = mem_secret_alloc(WORDS_SEED_SIZE);
    gathered->words.size = 0;
    gathered->count = 0;
    return gathered->words.text == NULL ? cli_fail_memory(cli) : CLI_DONE;
}

/* True for the numbers that stand before the words on a sheet. */
static bool
is_number(struct byte_view word)
{
    for (size_t i = 0; i < word.size; i++)
        if (word.data[i] < '0' || word.data[i] > '9')
            return false;
    return true;
}

/* Add the words of text; one that is not in the list ends it, and is named. */
static int
add_words(struct cli *cli, struct gathered *gathered, struct byte_view text)
{
    struct prompt_secret *words = &gathered->words;

    for (;;) {
        const struct byte_view word = words_take(&text);

        if (word.size == 0)
            return CLI_DONE;
        if (is_number(word))
            continue;
        if (!words_is_listed(word))
            return fail_word(cli, gathered->count + 1, word);
        if (gathered->count < WORDS_SEED_COUNT) {
            if (gathered->count > 0)
                words->text[words->size++] = ' ';
            memcpy(words->text + words->size, word.data, word.size);
            words->size += word.size;
        }
        gathered->count++;
    }
}

static int
take_words(struct cli *cli, const struct gathered *gathered,
           struct key_secret **out)
{
    static const struct key_id none = {{0}};
    uint8_t seed[32];
    enum status status;

    if (gathered->count != WORDS_SEED_COUNT)
        return cli_fail(cli, CLI_KEY, NULL,
                        _("these are %zu words: a recovery key has %d"),
                        gathered->count, WORDS_SEED_COUNT);
    status = words_parse_seed(
        seed, byte_view_of(gathered->words.text, gathered->words.size));
    if (status != STATUS_OK)
        return cli_fail(cli, CLI_KEY, NULL,
                        _("every word is in the list, and together they are "
                          "no key: two may have changed places, or one be "
                          "another"));
    status = key_secret_of_seed(out, seed, none);
    mem_wipe(seed, sizeof(seed));
    if (status != STATUS_OK)
        return cli_fail_memory(cli);
    label(&(*out)->public_key);
    return CLI_DONE;
}

/* Take the first line off text. */
static struct byte_view
take_line(struct byte_view *text)
{
    const uint8_t *end =
        text->size == 0 ? NULL : memchr(text->data, '\n', text->size);
    const size_t size =
        end == NULL ? text->size : (size_t)(end - text->data) + 1;
    const struct byte_view line = byte_view_slice(*text, 0, size);

    *text = byte_view_slice(*text, size, text->size);
    return line;
}

static bool
is_row(struct byte_view line)
{
    const struct byte_view first = words_take(&line);

    return first.size > 0 && is_number(first);
}

/* A whole sheet begins with other words, and has rows that begin with a
 * number. */
static bool
is_sheet(struct byte_view text)
{
    struct byte_view rest = text;
    const struct byte_view first = words_take(&rest);

    if (first.size == 0 || is_number(first) || words_is_listed(first))
        return false;
    while (text.size > 0)
        if (is_row(take_line(&text)))
            return true;
    return false;
}

/* All words of text; of a sheet those of its rows. */
static int
add_text(struct cli *cli, struct gathered *gathered, struct byte_view text)
{
    int code = CLI_DONE;

    if (!is_sheet(text))
        return add_words(cli, gathered, text);
    while (code == CLI_DONE && text.size > 0) {
        const struct byte_view line = take_line(&text);

        if (is_row(line))
            code = add_words(cli, gathered, line);
    }
    return code;
}

static int
read_file(struct cli *cli, const char *path, struct gathered *gathered)
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
               ? add_text(cli, gathered, byte_view_of_buf(&text))
               : cli_fail_file(cli, status, _("cannot read"), path);
    if (text.data != NULL)
        mem_wipe(text.data, text.capacity);
    byte_buf_release(&text);
    return code;
}

/* A wrong word is named, and asked for again with those that follow it. */
static int
ask(struct cli *cli, struct gathered *gathered)
{
    int code = CLI_DONE;

    cli_say(cli, _("The 24 recovery words, in one line or in several. They are "
                   "not shown."));
    while (code == CLI_DONE && gathered->count < WORDS_SEED_COUNT) {
        struct prompt_secret line = {NULL, 0};
        char question[64];

        (void)snprintf(question, sizeof(question), _("Words %zu to %d: "),
                       gathered->count + 1, WORDS_SEED_COUNT);
        code = prompt_hidden(cli, question, &line);
        if (code == CLI_DONE && line.size == 0)
            code = cli_fail(cli, CLI_KEY, NULL, _("no words were given"));
        if (code == CLI_DONE) {
            const bool lenient = cli->lenient;

            cli->lenient = true;
            (void)add_words(cli, gathered, byte_view_of(line.text, line.size));
            cli->lenient = lenient;
        }
        prompt_secret_release(&line);
    }
    return code;
}

int
recovery_words_read(struct cli *cli, const struct recovery_source *source,
                    struct key_secret **out)
{
    struct gathered gathered;
    int code;

    *out = NULL;
    if (source->file == NULL && !prompt_can_ask())
        return cli_misused(cli, _("there is no terminal to ask for the words "
                                  "on: --words-file FILE"));
    code = gathered_init(cli, &gathered);
    if (code == CLI_DONE)
        code = source->file != NULL ? read_file(cli, source->file, &gathered)
                                    : ask(cli, &gathered);
    if (code == CLI_DONE)
        code = take_words(cli, &gathered, out);
    prompt_secret_release(&gathered.words);
    return code;
}
