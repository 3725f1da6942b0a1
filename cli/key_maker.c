#include "cli/key_maker.h"

#include <stdio.h>
#include <string.h>

#include "bundles/identity.h"
#include "bundles/publish.h"
#include "cli/cli_clock.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/keyring.h"
#include "cli/recovery_words.h"
#include "core/mem.h"
#include "core/words.h"

/* Words in a line, so that it fits a telephone. */
#define WORDS_A_LINE 3
/* The longest word of the list has eight letters. */
#define WORD_COLUMNS ((size_t)10)

/* The recovery key comes last: it is made when nothing else can be wrong. */
static int
fill_identity(struct cli *cli, const struct key_maker *request,
              struct identity *identity, struct prompt_secret *words)
{
    memset(identity, 0, sizeof(*identity));
    identity->version = 1;
    identity->name = byte_view_of_text(request->name);
    identity->threshold = 1;
    identity->recovery_count = 1;
    if (request->identity.recovery_count == 0) {
        struct key_secret *secret = NULL;
        int code = recovery_words_new(cli, &secret, words);

        if (code == CLI_DONE)
            identity->recovery[0] = secret->public_key;
        key_secret_free(secret);
        if (code != CLI_DONE)
            return code;
    }
    /* More than half of them, where nobody says. */
    return identity_options_apply(cli, &request->identity, NULL, identity);
}

/* The passphrase, then the files; the secret stays with *secret. */
int
key_maker_write(struct cli *cli, const struct key_maker *request,
                struct key_secret **secret)
{
    struct prompt_secret passphrase = {NULL, 0};
    struct byte_view view = {NULL, 0};
    int code = CLI_DONE;

    if (request->no_passphrase)
        cli_warn(cli, _("the key is not encrypted: whoever can read its file "
                        "can sign"));
    else
        code = prompt_passphrase(cli, request->source, PROMPT_NEW,
                                 request->name, &passphrase);
    if (code != CLI_DONE)
        return code;
    if (passphrase.text != NULL)
        view = byte_view_of(passphrase.text, passphrase.size);
    if (key_secret_new(secret, &cli->entropy) != STATUS_OK)
        code = cli_fail_memory(cli);
    if (code == CLI_DONE)
        code = keyring_add(cli, request->name, *secret, view);
    prompt_secret_release(&passphrase);
    return code;
}

int
key_maker_run(struct cli *cli, const struct key_maker *request,
              struct key_made *out)
{
    struct store *store = NULL;
    struct identity identity;
    enum status status;
    int code;

    memset(out, 0, sizeof(*out));
    if (!keyring_is_name(request->name))
        return cli_misused(cli,
                           _("'%s' cannot name a key: at most %zu octets, "
                             "without '/', no '.' or '-' in front"),
                           request->name, TRUST_NAME_MAX);
    /* Everything that can fail for reasons of the home, before a key is made
     * and words are shown. */
    code = home_open_store(cli, HOME_WRITE, &store);
    if (code == CLI_DONE)
        code = keyring_check_free(cli, request->name);
    if (code == CLI_DONE)
        code = fill_identity(cli, request, &identity, &out->words);
    if (code == CLI_DONE)
        code = key_maker_write(cli, request, &out->secret);
    if (code == CLI_DONE) {
        status = publish_identity(store, out->secret, &identity,
                                  cli_clock_today(), &out->identity);
        if (status != STATUS_OK) {
            keyring_remove(cli, request->name);
            code = cli_fail_store(cli, status);
        }
    }
    store_free(store);
    return code;
}

void
key_made_release(struct key_made *made)
{
    key_secret_free(made->secret);
    prompt_secret_release(&made->words);
    made->secret = NULL;
}

/* The words in numbered lines of a few. */
static void
print_words(FILE *out, const char *words)
{
    size_t number = 1;

    while (*words != '\0') {
        size_t size = strcspn(words, " ");
        bool is_last = number % WORDS_A_LINE == 0;

        (void)fprintf(out, "%2zu %.*s", number, (int)size, words);
        (void)fprintf(out, "%*s", is_last ? 0 : (int)(WORD_COLUMNS - size), "");
        if (is_last)
            (void)fputc('\n', out);
        number++;
        words += size;
        words += strspn(words, " ");
    }
}

void
key_made_show_words(struct cli *cli, const struct key_made *made,
                    bool on_stdout)
{
    if (made->words.text == NULL)
        return;
    if (cli->json) {
        (void)json_object_set_new(cli->document, "recovery_words",
                                  json_string(made->words.text));
        return;
    }
    (void)fprintf(stderr, "%s",
                  _("\nRecovery words: write them on paper, now. They are "
                    "shown once and kept\nnowhere. Whoever has them can "
                    "replace your key; without them nobody can.\n\n"));
    (void)fflush(stderr);
    print_words(on_stdout ? stdout : stderr, made->words.text);
    (void)fflush(stdout);
    (void)fprintf(stderr, "\n");
}
