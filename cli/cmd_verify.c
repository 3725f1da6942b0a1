/*
 * verify: say who signed, and whether it is intact.
 */
#include <stdio.h>

#include "cli/command.h"
#include "cli/conclusion.h"
#include "cli/find.h"
#include "cli/i18n.h"
#include "cli/render.h"
#include "cli/render_sealed.h"
#include "cli/subject.h"
#include "cli/subject_sealed.h"
#include "cli/text_choice.h"

/* What was asked for. */
struct request {
    const char *key;        /* or NULL */
    const char *sealed_key; /* a file, `-`, or NULL */
};

/* Which of two exit codes counts: 3 before 5 before 4 before what else went
 * wrong. */
static int
worse(int a, int b)
{
    static const int order[] = {CLI_NOT_VERIFIED, CLI_NOT_FOLLOWED,
                                CLI_NOT_FOUND};

    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
        if (a == order[i] || b == order[i])
            return order[i];
    return a != CLI_DONE ? a : b;
}

/* The page that says what was found. */
static int
show(struct cli *cli, const char *argument, const struct subject *subject,
     const struct subject_sealed *sealed, int code)
{
    struct render render;

    render_init(&render, cli);
    if (code == CLI_NOT_VERIFIED) {
        render_standing(&render, VERDICT_FAULTY, 0);
        render_words(&render, "  ");
        render_text(&render, byte_view_of_text(argument), 0);
        render_words(&render, "\n");
    } else if (code == CLI_DONE) {
        render_verdict(&render, subject, true);
        render_sealed(&render, subject, sealed);
    }
    code = render_show(cli, &render, false);
    render_release(&render);
    return code;
}

/* Verify one; what scripts are told goes into cli->document. */
static int
verify(struct cli *cli, const struct subject_context *context,
       const char *argument, const struct request *request)
{
    struct subject_sealed sealed = {0};
    struct subject subject = {0};
    int code = subject_open(cli, context, argument, &subject);

    if (code == CLI_DONE && request->key != NULL)
        code = conclusion_hold_key(cli, &subject, request->key);
    if (code == CLI_DONE)
        code = subject_check_files(cli, &subject);
    if (code == CLI_DONE && subject.verdict.standing == VERDICT_FAULTY)
        code = conclusion_say(cli, &subject, NULL);
    if (code == CLI_DONE)
        code = subject_sealed_open(cli, context, &subject, request->sealed_key,
                                   &sealed);
    if (code == CLI_DONE) {
        conclusion_add(cli->document, &subject);
        subject_sealed_add(cli->document, &sealed);
    }
    if (code == CLI_NOT_VERIFIED)
        conclusion_add_failed(cli->document);
    if (show(cli, argument, &subject, &sealed, code) != CLI_DONE)
        code = worse(code, CLI_FAILED);
    if (code == CLI_DONE)
        code = conclusion_say(cli, &subject, NULL);
    /* What is closed is intact all the same. */
    if (code == CLI_DONE && sealed.is_newer)
        code = subject_sealed_say(cli, &sealed);
    subject_sealed_release(&sealed);
    subject_release(&subject);
    return code;
}

/* Verify several: a document for each in the list `statements`. */
static int
verify_all(struct cli *cli, const struct subject_context *context,
           char **arguments, const struct request *request)
{
    json_t *whole = cli->document;
    json_t *statements = json_array();
    int code = CLI_DONE;
    int one;

    for (; *arguments != NULL; arguments++) {
        json_t *object = json_object();

        (void)json_object_set_new(object, "argument", json_string(*arguments));
        cli->document = object;
        one = verify(cli, context, *arguments, request);
        /* The document's error is the one that the exit code is about. */
        if (worse(code, one) != code)
            (void)json_object_set(whole, "error",
                                  json_object_get(object, "error"));
        code = worse(code, one);
        (void)json_array_append_new(statements, object);
        if (arguments[1] != NULL)
            cli_print(cli, "\n");
    }
    cli->document = whole;
    (void)json_object_set_new(whole, "statements", statements);
    return code;
}

int
cmd_verify(struct cli *cli, int argc, char **argv)
{
    static const struct option own[] = {
        {"key", required_argument, NULL, 'k'},
        {"lang", required_argument, NULL, 'l'},
        {"sealed-key", required_argument, NULL, 's'},
        {NULL, 0, NULL, 0},
    };
    struct subject_context context;
    struct request request = {NULL, NULL};
    const char *language = NULL;
    bool needs_store = false;
    int value;
    int code = CLI_DONE;

    while ((value = cli_option(cli, argc, argv, own)) >= 0)
        *(value == 'k'   ? &request.key
          : value == 'l' ? &language
                         : &request.sealed_key) = optarg;
    CLI_OPTIONS_RETURN(value);
    if (optind == argc)
        return cli_misused(cli, _("verify takes IDs, header files or folders"));
    if (request.sealed_key != NULL && optind + 1 != argc)
        return cli_misused(cli, _("--sealed-key is about a single one"));
    for (int i = optind; i < argc; i++)
        needs_store = needs_store || find_is_id(argv[i]);
    if (language != NULL)
        code = text_choice_take_language(cli, language);
    if (code != CLI_DONE)
        return code;
    code = subject_context_open(cli, needs_store, &context);
    if (code == CLI_DONE && optind + 1 == argc)
        code = verify(cli, &context, argv[optind], &request);
    else if (code == CLI_DONE)
        code = verify_all(cli, &context, argv + optind, &request);
    subject_context_release(&context);
    return code;
}
