/*
 * read: check the signatures, then show a statement or write it out.
 */
#include <stdio.h>
#include <string.h>

#include "cli/changes.h"
#include "cli/command.h"
#include "cli/conclusion.h"
#include "cli/document.h"
#include "cli/find.h"
#include "cli/i18n.h"
#include "cli/render.h"
#include "cli/render_sealed.h"
#include "cli/subject.h"
#include "cli/subject_sealed.h"
#include "cli/text_choice.h"
#include "core/limits.h"
#include "core/text.h"

/* The longest argument that is repeated in a line to try. */
#define PLAIN_MAX 200

/* What was asked for. */
struct request {
    const char *argument;
    const char *into;       /* or NULL */
    const char *key;        /* or NULL */
    const char *sealed_key; /* a file, `-`, or NULL */
    bool shows_unknown;
    bool shows_changes;
};

/* The text as JSON holds it: what is no UTF-8 is written visibly. */
static int
add_text(struct cli *cli, const struct record_file *file, struct byte_view text)
{
    enum status status = STATUS_OK;
    struct byte_buf safe;

    byte_buf_init(&safe, PUBLISH_TEXT_MAX * 8);
    if (!text_is_utf8(text)) {
        status = text_escape(&safe, text, TEXT_PAGE, 0);
        text = byte_view_of_buf(&safe);
    }
    (void)json_object_set_new(cli->document, "language",
                              document_text(file->language));
    (void)json_object_set_new(cli->document, "text", document_text(text));
    byte_buf_release(&safe);
    return status == STATUS_OK ? CLI_DONE : cli_fail_memory(cli);
}

/* Put the text that suits the reader behind the verdict. */
static int
show_text(struct cli *cli, const struct subject *subject, struct render *render)
{
    const struct record_file *files = record_fields(subject->record)->files;
    struct byte_buf text;
    size_t index;
    int code;

    render_offer(render, subject);
    code = text_choice_make(cli, subject, &index);
    if (code != CLI_DONE || index == TEXT_CHOICE_NONE)
        return code;
    byte_buf_init(&text, PUBLISH_TEXT_MAX);
    code = text_choice_read(cli, subject, index, &text);
    if (code == CLI_DONE) {
        render_words(render, "\n");
        if (subject->verdict.standing == VERDICT_UNKNOWN)
            render_quote(render, byte_view_of_buf(&text));
        else
            render_page(render, byte_view_of_buf(&text));
        if (cli->json)
            code = add_text(cli, &files[index], byte_view_of_buf(&text));
    }
    byte_buf_release(&text);
    return code;
}

/* Show verdict and statement. */
static int
show(struct cli *cli, const struct subject_context *context,
     const struct request *request, struct subject *subject,
     const struct subject_sealed *sealed, struct render *render)
{
    const struct subject *shown = sealed->is_open      ? &sealed->inside
                                  : !sealed->is_sealed ? subject
                                                       : NULL;
    int code = CLI_DONE;

    render_verdict(render, subject, true);
    render_sealed(render, subject, sealed);
    if (shown != NULL && request->shows_changes)
        code = changes_show(cli, context, shown, render);
    else if (shown != NULL)
        code = show_text(cli, shown, render);
    /* A text that is not what was signed is no page to look at; one that has
     * not arrived leaves a verdict. */
    if (code == CLI_NOT_VERIFIED)
        return code;
    if (render_show(cli, render, true) != CLI_DONE && code == CLI_DONE)
        code = CLI_FAILED;
    return code;
}

static int
fail_into(struct cli *cli, enum status status, const struct parcel_fault *fault)
{
    if (status == STATUS_EXISTS)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("'%s' is there already; nothing was changed"),
                        fault->path);
    if (status == STATUS_BAD_SIGNATURE)
        return cli_fail(cli, CLI_NOT_VERIFIED, NULL,
                        _("NOT VERIFIED: '%s' is not what was signed"),
                        fault->path);
    if (status == STATUS_DAMAGED || status == STATUS_LOCKED)
        return cli_fail_store(cli, status);
    return cli_fail_file(cli, status, _("cannot write"), fault->path);
}

/* Write header, signature and files into a folder. */
static int
write_into(struct cli *cli, const struct request *request,
           struct subject *subject, struct render *render)
{
    struct parcel_source source = subject_source(subject);
    struct parcel_fault fault = {""};
    char key[KEY_STRING_SIZE];
    enum status status = parcel_write(request->into, &source, &fault);
    int code;

    if (status != STATUS_OK)
        return fail_into(cli, status, &fault);
    (void)json_object_set_new(cli->document, "into",
                              json_string(request->into));
    render_verdict(render, subject, true);
    code = render_show(cli, render, false);
    key_public_format(&record_fields(subject->record)->key, key);
    cli_say(cli,
            _("Written to '%s'.  To check it there without p2pub:\n"
              "  minisign -Vm header.txt -P %s\n"
              "  b2sum -c header.txt"),
            request->into, key);
    return code;
}

/* True if text may stand in a line that a person pastes into a shell: names
 * on a stick are anybody's. */
static bool
is_plain(const char *text)
{
    return strlen(text) <= PLAIN_MAX &&
           text[strspn(text, "abcdefghijklmnopqrstuvwxyz"
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                             "0123456789/._-")] == '\0' &&
           text[0] != '-';
}

/* Only the verdict of what a reader is not to see. */
static bool
is_refused(const struct request *request, enum verdict_standing standing)
{
    return standing == VERDICT_FAULTY || standing == VERDICT_NEWER ||
           (standing == VERDICT_UNKNOWN && !request->shows_unknown);
}

static int
run_with(struct cli *cli, const struct subject_context *context,
         const struct request *request, struct subject *subject,
         struct subject_sealed *sealed)
{
    enum verdict_standing standing = subject->verdict.standing;
    char attempt[256];
    struct render render;
    int code;

    (void)snprintf(attempt, sizeof(attempt), "p2pub read --unknown %s",
                   is_plain(request->argument) ? request->argument : "...");
    render_init(&render, cli);
    if (is_refused(request, standing)) {
        render_verdict(&render, subject, false);
        code = render_show(cli, &render, false);
    } else if (request->into != NULL && sealed->is_open) {
        code = write_into(cli, request, &sealed->inside, &render);
        if (code == CLI_DONE && sealed->state != SUBJECT_RELEASED)
            cli_warn(cli, _("its author has not released it: whoever gets "
                            "this folder can read it, and p2pub import "
                            "passes it on"));
    } else if (request->into != NULL && !sealed->is_sealed) {
        code = write_into(cli, request, subject, &render);
    } else {
        code = show(cli, context, request, subject, sealed, &render);
    }
    render_release(&render);
    /* Whoever asked for the text of an unknown key has got it, below its
     * verdict: that is no failure. */
    if (standing == VERDICT_UNKNOWN && request->shows_unknown)
        subject->verdict.standing = VERDICT_VERIFIED;
    if (code == CLI_DONE)
        code = conclusion_say(cli, subject, attempt);
    return code == CLI_DONE ? subject_sealed_say(cli, sealed) : code;
}

static int
run(struct cli *cli, const struct request *request)
{
    struct subject_context context;
    struct subject subject = {0};
    struct subject_sealed sealed = {0};
    int code =
        subject_context_open(cli, find_is_id(request->argument), &context);

    if (code == CLI_DONE)
        code = subject_open(cli, &context, request->argument, &subject);
    if (code == CLI_DONE && request->key != NULL)
        code = conclusion_hold_key(cli, &subject, request->key);
    if (code == CLI_DONE)
        code = subject_sealed_open(cli, &context, &subject, request->sealed_key,
                                   &sealed);
    if (code == CLI_DONE) {
        conclusion_add(cli->document, &subject);
        subject_sealed_add(cli->document, &sealed);
        code = run_with(cli, &context, request, &subject, &sealed);
    }
    if (code == CLI_NOT_VERIFIED)
        conclusion_add_failed(cli->document);
    subject_sealed_release(&sealed);
    subject_release(&subject);
    subject_context_release(&context);
    return code;
}

int
cmd_read(struct cli *cli, int argc, char **argv)
{
    static const struct option own[] = {
        {"lang", required_argument, NULL, 'l'},
        {"into", required_argument, NULL, 'i'},
        {"unknown", no_argument, NULL, 'u'},
        {"key", required_argument, NULL, 'k'},
        {"sealed-key", required_argument, NULL, 's'},
        {"diff", no_argument, NULL, 'd'},
        {NULL, 0, NULL, 0},
    };
    struct request request = {0};
    const char *language = NULL;
    int code = CLI_DONE;
    int value;

    while ((value = cli_option(cli, argc, argv, own)) >= 0) {
        if (value == 'l')
            language = optarg;
        if (value == 'i')
            request.into = optarg;
        if (value == 'u')
            request.shows_unknown = true;
        if (value == 'k')
            request.key = optarg;
        if (value == 's')
            request.sealed_key = optarg;
        if (value == 'd')
            request.shows_changes = true;
    }
    CLI_OPTIONS_RETURN(value);
    if (optind + 1 != argc)
        return cli_misused(cli, _("read takes one ID, header file or folder"));
    if (request.shows_changes && request.into != NULL)
        return cli_misused(cli, _("--diff shows, and --into writes instead"));
    request.argument = argv[optind];
    if (language != NULL)
        code = text_choice_take_language(cli, language);
    return code == CLI_DONE ? run(cli, &request) : code;
}
