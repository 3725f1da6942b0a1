#include <stdio.h>

#include "cli/command.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/relays.h"
#include "cli/sealed_waiting.h"
#include "core/mem.h"
#include "core/text.h"
#include "net/control_client.h"

/* What the daemon of this home says; false if none runs. */
static bool
ask_daemon(struct cli *cli, struct engine_figures *out)
{
    struct control_line line = {.kind = CONTROL_STATUS};
    struct control_client *client;
    bool answered;

    if (control_client_open(&client, cli->home) != STATUS_OK)
        return false;
    answered = control_client_send(client, &line) == STATUS_OK &&
               control_client_receive(client, 5000, &line) == STATUS_OK &&
               line.kind == CONTROL_FIGURES;
    control_client_free(client);
    if (answered)
        *out = line.figures;
    return answered;
}

static void
report_store(struct cli *cli, const struct store_figures *figures)
{
    json_t *document = cli->document;

    (void)json_object_set_new(document, "records",
                              json_integer((json_int_t)figures->records));
    (void)json_object_set_new(document, "statements",
                              json_integer((json_int_t)figures->statements));
    (void)json_object_set_new(document, "incomplete",
                              json_integer((json_int_t)figures->incomplete));
    (void)json_object_set_new(document, "octets",
                              json_integer((json_int_t)figures->octets));
    (void)json_object_set_new(document, "octets_other",
                              json_integer((json_int_t)figures->octets_other));
    (void)json_object_set_new(document, "budget",
                              json_integer((json_int_t)figures->budget));
    cli_print(cli, _("statements   %llu (of %llu records; %llu incomplete)\n"),
              (unsigned long long)figures->statements,
              (unsigned long long)figures->records,
              (unsigned long long)figures->incomplete);
    cli_print(cli, _("room         %.1f of %.0f MB used\n"),
              (double)figures->octets / 1e6, (double)figures->budget / 1e6);
}

static void
report_daemon(struct cli *cli, size_t relays)
{
    struct engine_figures figures = {0};
    bool runs = ask_daemon(cli, &figures);

    (void)json_object_set_new(cli->document, "running", json_boolean(runs));
    (void)json_object_set_new(cli->document, "peers",
                              json_integer((json_int_t)figures.links));
    (void)json_object_set_new(cli->document, "relays",
                              json_integer((json_int_t)relays));
    if (runs) {
        (void)json_object_set_new(cli->document, "received",
                                  json_integer((json_int_t)figures.records_in));
        (void)json_object_set_new(
            cli->document, "sent",
            json_integer((json_int_t)figures.records_out));
    }
    if (runs)
        cli_print(cli,
                  _("running      links %u, received %llu, passed on %llu\n"),
                  figures.links, (unsigned long long)figures.records_in,
                  (unsigned long long)figures.records_out);
    else
        cli_print(cli, "%s",
                  _("running      no: p2pub share exchanges with "
                    "everybody nearby\n"));
    cli_print(cli, _("relays       %zu known\n"), relays);
}

static int
first_steps(struct cli *cli)
{
    struct store_figures none = {0};

    if (cli->json) {
        report_store(cli, &none);
        report_daemon(cli, 0);
        return CLI_DONE;
    }
    cli_print(
        cli, "%s",
        _("Nothing is here yet.\n"
          "\n"
          "  p2pub share                  exchange with everybody nearby\n"
          "  p2pub follow KEY             trust a publisher\n"
          "  p2pub publish statement.md   sign, store and pass on\n"
          "  p2pub import FOLDER          take in what a stick holds\n"
          "\n"
          "p2pub help has the rest.\n"));
    return CLI_DONE;
}

/* Who took a statement that was published here. */
static int
status_of_record(struct cli *cli, struct store *store, const char *digits)
{
    char id_text[RECORD_ID_TEXT_SIZE];
    struct record_id id;
    uint32_t delivered = 0;
    enum status status = store_find(store, byte_view_of_text(digits), &id);

    if (status == STATUS_NOT_FOUND)
        return cli_fail(cli, CLI_NOT_FOUND, "p2pub list",
                        _("there is no record '%s' here"), digits);
    if (status == STATUS_AMBIGUOUS || status == STATUS_MALFORMED)
        return cli_misused(cli,
                           status == STATUS_AMBIGUOUS
                               ? _("'%s' fits more than one record: give more "
                                   "digits")
                               : _("'%s' is no ID: 6 or more of its digits"),
                           digits);
    if (status == STATUS_OK)
        status = store_get_delivered(store, &id, &delivered);
    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
    record_id_format(&id, id_text);
    (void)json_object_set_new(cli->document, "id", json_string(id_text));
    (void)json_object_set_new(cli->document, "delivered",
                              json_integer((json_int_t)delivered));
    if (delivered == 0)
        cli_print(cli, "%s",
                  _("Nobody is known to have it. p2pub share passes it on; "
                    "p2pub export FOLDER puts it on a stick.\n"));
    else
        cli_print(cli, _("%u node(s) said that they have it.\n"), delivered);
    return CLI_DONE;
}

int
cmd_status(struct cli *cli, int argc, char **argv)
{
    struct store_figures figures;
    struct store *store = NULL;
    struct relays relays;
    enum status status;
    int value = cli_option(cli, argc, argv, NULL);
    int code;

    CLI_OPTIONS_RETURN(value);
    if (optind + 1 < argc)
        return cli_misused(cli, _("one ID at a time"));
    code = home_find(cli);
    if (code != 0)
        return code;
    if (!home_has_store(cli) && optind == argc)
        return first_steps(cli);
    code = home_open_store(cli, HOME_READ, &store);
    if (code != 0)
        return code;
    if (optind < argc) {
        code = status_of_record(cli, store, argv[optind]);
        store_free(store);
        return code;
    }
    status = store_count(store, &figures);
    if (status == STATUS_OK) {
        report_store(cli, &figures);
        code = sealed_waiting_report(cli, store);
    } else {
        code = cli_fail_store(cli, status);
    }
    store_free(store);
    if (code == 0)
        code = relays_open(cli, &relays);
    if (code != 0)
        return code;
    report_daemon(cli, relays.count);
    relays_release(&relays);
    return CLI_DONE;
}
