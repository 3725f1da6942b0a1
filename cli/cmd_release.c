/*
 * release: open an own sealed statement for everybody.
 */
#include <string.h>

#include "bundles/opening.h"
#include "bundles/sealed.h"
#include "cli/answer.h"
#include "cli/command.h"
#include "cli/document.h"
#include "cli/followed.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/key_state.h"
#include "cli/qr.h"
#include "cli/sealed_keys.h"
#include "cli/subject_sealed.h"
#include "core/mem.h"

/* A terminal's, and what a code of them takes in characters. */
#define CODE_COLUMNS  80
#define CODE_TEXT_MAX ((size_t)16 * 1024)

/* It is sealed, and by whom the key that signs belongs to. */
static int
check_subject(struct cli *cli, const struct answer *answer)
{
    struct sealed sealed;
    bool may = false;
    int code;

    if (answer->row.kind != RECORD_SEALED)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("'%s' is no sealed statement, and nothing else can "
                          "be released"),
                        answer->digits);
    code = followed_may_act(cli, answer->store, &answer->entry->key.author,
                            &answer->row.author, &may);
    if (code != CLI_DONE)
        return code;
    if (!may)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("another key than '%s' signed this, and only that "
                          "one, or the present key of its identity, can "
                          "release it"),
                        answer->entry->name);
    if (sealed_read(&sealed, answer->subject) != STATUS_OK)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("'%s' needs a newer p2pub to be released"),
                        answer->digits);
    return CLI_DONE;
}

/* The line once more as a code for a telephone, where this p2pub can make one
 * and it fits what it is shown on. */
static void
show_code(struct cli *cli, const char *line)
{
    char capitals[KEY_LINE_TEXT_SIZE];
    struct byte_buf text;
    struct qr qr = {0};
    enum status status;

    for (size_t i = 0; i < sizeof(capitals); i++) {
        capitals[i] = line[i];
        if (line[i] >= 'a' && line[i] <= 'z')
            capitals[i] = (char)(line[i] - 'a' + 'A');
    }
    byte_buf_init(&text, CODE_TEXT_MAX);
    status = qr_make(&qr, capitals, CODE_COLUMNS);
    if (status == STATUS_OK)
        status = qr_write(&text, &qr, QR_ON_BLACK);
    if (status == STATUS_OK && byte_buf_text(&text) != NULL)
        cli_print(cli, "%s", byte_buf_text(&text));
    byte_buf_release(&text);
    qr_release(&qr);
}

/* What is printed with the release, and once more for one that is there. */
static void
show_key_line(struct cli *cli, const struct record_id *sealed,
              const uint8_t key[SEALED_KEY_SIZE])
{
    char line[KEY_LINE_TEXT_SIZE];

    key_line_format(line, sealed, key);
    (void)json_object_set_new(cli->document, "key_line", json_string(line));
    cli_print(cli, "%s\n", line);
    show_code(cli, line);
    cli_say(cli, _("This line opens it where the release cannot go; it fits "
                   "one SMS."));
}

/* True, with *code, if it is released already. */
static bool
is_released(struct cli *cli, const struct answer *answer,
            const struct trust *trust, int *code)
{
    char text[RECORD_ID_TEXT_SIZE];
    struct record *record = NULL;
    struct release release;
    enum status status = opening_find_release(&record, &release, answer->store,
                                              trust, answer->subject);

    *code = status == STATUS_OK ? CLI_DONE : cli_fail_store(cli, status);
    if (record == NULL)
        return status != STATUS_OK;
    record_id_format(record_id(record), text);
    (void)json_object_set_new(cli->document, "id", json_string(text));
    (void)json_object_set_new(cli->document, "subject",
                              document_id(&answer->row.id));
    (void)json_object_set_new(cli->document, "known", json_true());
    cli_print(cli, "%s\n", text);
    cli_say(cli, _("already released as %s"), text);
    show_key_line(cli, &answer->row.id, release.key);
    record_free(record);
    return true;
}

/* The key, from key_path or the home; proven by what it opens. */
static int
find_key(struct cli *cli, const struct answer *answer, struct trust *trust,
         const char *key_path, uint8_t key[SEALED_KEY_SIZE])
{
    struct subject_context context = {.store = answer->store, .trust = trust};
    struct subject subject = {.record = answer->subject,
                              .store = answer->store,
                              .state = answer->row.state};
    struct subject_sealed sealed;
    int code;

    if (answer->row.state != STORE_COMPLETE)
        return cli_fail(cli, CLI_NOT_FOUND, "p2pub sync",
                        _("'%s' has not all arrived, so nothing was signed"),
                        answer->digits);
    code = subject_sealed_open(cli, &context, &subject, key_path, &sealed);
    if (code == CLI_DONE && sealed.state == SUBJECT_CLOSED)
        code = cli_fail(cli, CLI_KEY, "p2pub release ID --key-file FILE",
                        _("the key of '%s' is not in '%s'"), answer->digits,
                        cli->home);
    if (code == CLI_DONE)
        code = subject_sealed_say(cli, &sealed);
    if (code == CLI_DONE) {
        memcpy(key, sealed.key, SEALED_KEY_SIZE);
        cli_say(cli, _("title      %.*s"),
                (int)sealed.inside.statement.title.size,
                (const char *)sealed.inside.statement.title.data);
    }
    subject_sealed_release(&sealed);
    return code;
}

static int
sign(struct cli *cli, struct answer *answer, struct trust *trust,
     const char *key_path)
{
    struct release release;
    struct publish_answer record = {.release = &release};
    bool is_signed_here = !answer->dry_run && answer->prepare == NULL;
    int code = check_subject(cli, answer);

    if (code != CLI_DONE || is_released(cli, answer, trust, &code))
        return code;
    release.opens = answer->row.id;
    code = find_key(cli, answer, trust, key_path, release.key);
    if (code == CLI_DONE)
        code = answer_sign(cli, answer, &record,
                           _("Open this for everybody, for ever? [y/N] "));
    /* Before it is signed the line is a secret. */
    if (code == CLI_DONE && is_signed_here)
        show_key_line(cli, &release.opens, release.key);
    mem_wipe(&release, sizeof(release));
    return code;
}

static int
release(struct cli *cli, struct answer *answer, const char *key_path)
{
    struct trust *trust = NULL;
    int code = answer_open(cli, answer);

    if (code == CLI_DONE)
        code = answer_choose_key(cli, answer, &answer->row.author);
    if (code == CLI_DONE)
        code = key_state_warn(cli, answer->store, answer->entry);
    if (code == CLI_DONE)
        code = home_open_trust(cli, &trust);
    if (code == CLI_DONE)
        code = sign(cli, answer, trust, key_path);
    trust_free(trust);
    return code;
}

int
cmd_release(struct cli *cli, int argc, char **argv)
{
    static const struct option own[] = {
        {"key-file", required_argument, NULL, 'k'},
        ANSWER_OPTIONS,
        ANSWER_APART_OPTIONS,
        {NULL, 0, NULL, 0},
    };
    struct answer answer = {.source = PROMPT_SOURCE_NONE};
    const char *key_path = NULL;
    int code = CLI_DONE;
    int value;

    while ((value = cli_option(cli, argc, argv, own)) >= 0) {
        if (value == 'k')
            key_path = optarg;
        else
            code = answer_take_option(cli, &answer, value);
        if (code != CLI_DONE)
            return code;
    }
    CLI_OPTIONS_RETURN(value);
    code = answer_check_arguments(cli, &answer, argc - optind, 1,
                                  _("release takes one ID"));
    if (code != CLI_DONE)
        return code;
    if (answer.signed_folder != NULL)
        return answer_take_signed(cli, &answer, "release");
    answer.digits = argv[optind];
    code = release(cli, &answer, key_path);
    answer_release(&answer);
    return code;
}
