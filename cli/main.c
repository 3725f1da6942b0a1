/*
 * The program p2pub: finds the command and gives it what it needs.
 *
 * A tour for those who come to read: cli/command.c has the table of commands,
 * each in a file cli/cmd_NAME.c.  cmd_publish.c leads to bundles/publish.h and
 * from there to bundles/record.h, the one gate that everything passes;
 * cmd_share.c leads to net/uv_node.h, the node on this machine, and from there
 * to net/engine.h, the protocol.
 */
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/i18n.h"
#include "core/mem.h"

/* Digits of a number that is no whole one: seconds, to a thousandth. */
#define REAL_DIGITS 12

/* jansson's memory comes from where ours does. */
static void *
json_alloc(size_t size)
{
    return mem_alloc(size);
}

static void
start_language(void)
{
    (void)setlocale(LC_ALL, "");
    /* Numbers in data are the same everywhere. */
    (void)setlocale(LC_NUMERIC, "C");
#ifdef ENABLE_NLS
    (void)bindtextdomain("p2pub", LOCALEDIR);
    (void)bind_textdomain_codeset("p2pub", "UTF-8");
    (void)textdomain("p2pub");
#endif
}

/* What fails before its turn comes is to be a document, too. */
static void
look_for_json(struct cli *cli, char **argv)
{
    for (; *argv != NULL && strcmp(*argv, "--") != 0; argv++)
        if (strcmp(*argv, "--json") == 0)
            cli->json = true;
}

/* Options may stand before the command, too: take those with no command's. */
static int
run(struct cli *cli, int argc, char **argv)
{
    int value;

    look_for_json(cli, argv);
    /* The leading + stops at the first operand, the command's name. */
    value = cli_leading_option(cli, argc, argv);
    CLI_OPTIONS_RETURN(value);
    argc -= optind;
    argv += optind;
    optind = 0; /* getopt_long begins afresh, in its ordinary mode */
    if (argc == 0) {
        cli->command = command_find("status");
        optind = 0;
        return cli->command->run(cli, 1, argv - 1);
    }
    cli->command = command_find(argv[0]);
    if (cli->command == NULL)
        return command_fail_unknown(cli, argv[0], "p2pub");
    return cli->command->run(cli, argc, argv);
}

/* True if nobody reads stdout any more, as behind `| head`. */
static bool
reader_has_left(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};

    return poll(&out, 1, 0) > 0 && (out.revents & POLLERR) != 0;
}

static int
print_document(const struct cli *cli, int code)
{
    if (cli->json) {
        (void)json_dumpf(cli->document, stdout,
                         JSON_INDENT(2) | JSON_SORT_KEYS |
                             JSON_REAL_PRECISION(REAL_DIGITS));
        (void)fputc('\n', stdout);
    }
    /* A full disk behind stdout must not look like success. */
    if (fflush(stdout) != 0 || ferror(stdout)) {
        if (reader_has_left())
            return 128 + SIGPIPE;
        (void)fputs(_("error: the output could not be written\n"), stderr);
        return code == CLI_DONE ? CLI_FAILED : code;
    }
    return code;
}

int
main(int argc, char **argv)
{
    struct cli cli = {.color = CLI_COLOR_AUTO};
    int code;

    start_language();
    (void)signal(SIGPIPE, SIG_IGN);
#ifdef SIGXFSZ
    /* A limit on file sizes is a full disk, not the end. */
    (void)signal(SIGXFSZ, SIG_IGN);
#endif
    json_set_alloc_funcs(json_alloc, mem_free);
    if (entropy_start() != STATUS_OK) {
        (void)fputs(_("error: the system gives no random numbers\n"), stderr);
        return CLI_FAILED;
    }
    entropy_init_system(&cli.entropy);
    cli.document = json_pack("{s:i}", "schema", 1);
    if (cli.document == NULL)
        return cli_fail_memory(&cli);
    code = print_document(&cli, run(&cli, argc, argv));
    json_decref(cli.document);
    mem_free(cli.home);
    return code;
}
