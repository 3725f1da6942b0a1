#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/relays.h"
#include "core/file.h"
#include "core/limits.h"
#include "core/mem.h"

static int
list(struct cli *cli, const struct relays *relays)
{
    json_t *peers = json_array();

    for (size_t i = 0; i < relays->count; i++) {
        const struct relay_line *line = &relays->lines[i];
        json_t *hosts = json_array();
        json_t *ports = json_array();
        char name[RELAY_NAME_SIZE];

        relay_line_name(line, name);
        cli_print(cli, "%s ", name);
        for (size_t j = 0; j < line->host_count; j++) {
            cli_print(cli, " %s", line->hosts[j]);
            (void)json_array_append_new(hosts, json_string(line->hosts[j]));
        }
        for (size_t j = 0; j < line->port_count; j++) {
            cli_print(cli, "%s%u", j == 0 ? "  " : ",",
                      (unsigned)line->ports[j]);
            (void)json_array_append_new(ports, json_integer(line->ports[j]));
        }
        cli_print(cli, "\n");
        (void)json_array_append_new(peers,
                                    json_pack("{s:s, s:o, s:o}", "name", name,
                                              "hosts", hosts, "ports", ports));
    }
    (void)json_object_set_new(cli->document, "peers", peers);
    if (relays->count == 0)
        cli_say(cli, _("No relay is known. p2pub peers add FILE takes a "
                       "relay's line."));
    return CLI_DONE;
}

/* The line in the file at path, or with - on standard input. */
static int
read_line(struct cli *cli, const char *path, struct relay_line *out)
{
    bool is_input = strcmp(path, "-") == 0;
    struct byte_buf text;
    enum status status;
    int code = 0;

    byte_buf_init(&text, RELAY_LINE_TEXT_MAX);
    status = is_input ? file_read_descriptor(&text, STDIN_FILENO)
                      : file_read(&text, path);
    if (status != STATUS_OK && strncmp(path, "p2pub1-relay", 12) == 0) {
        code = cli_fail(cli, CLI_USAGE, "p2pub peers add -",
                        _("a relay's line is a secret and no argument: others "
                          "on this machine can see arguments"));
    } else if (status != STATUS_OK) {
        code = cli_fail_file(cli, status, _("cannot read"), path);
    } else {
        status = relay_line_parse(out, byte_view_of_buf(&text));
        if (status == STATUS_BAD_SIGNATURE)
            code = cli_fail(cli, CLI_FAILED, NULL,
                            _("the line in '%s' was cut or mistyped: its check "
                              "word does not fit"),
                            path);
        else if (status == STATUS_NEWER)
            code = cli_fail(cli, CLI_FAILED, NULL,
                            _("the line in '%s' needs a newer p2pub"), path);
        else if (status != STATUS_OK)
            code = cli_fail(cli, CLI_FAILED, NULL,
                            _("'%s' holds no relay line"), path);
    }
    if (text.data != NULL)
        mem_wipe(text.data, text.capacity);
    byte_buf_release(&text);
    return code;
}

/* Change the file of relays while nobody else may: add line, or, where it is
 * NULL, take out the relay called name. */
static int
change(struct cli *cli, const struct relay_line *line, const char *name)
{
    struct relays relays;
    struct lock *lock;
    int code = home_lock(cli, &lock);

    if (code != 0)
        return code;
    code = relays_open(cli, &relays);
    if (code == 0) {
        code = line == NULL ? relays_remove(cli, &relays, name)
                            : relays_add(cli, &relays, line);
        relays_release(&relays);
    }
    home_unlock(lock);
    return code;
}

static int
add(struct cli *cli, const char *path)
{
    char name[RELAY_NAME_SIZE];
    struct relay_line line;
    int code = read_line(cli, path, &line);

    if (code != 0)
        return code;
    relay_line_name(&line, name);
    code = change(cli, &line, NULL);
    if (code == 0) {
        cli_print(cli, _("added the relay %s\n"), name);
        (void)json_object_set_new(cli->document, "name", json_string(name));
    }
    mem_wipe(&line, sizeof(line));
    return code;
}

static int
drop(struct cli *cli, const char *name)
{
    int code = change(cli, NULL, name);

    if (code == 0) {
        cli_print(cli, _("removed the relay %s\n"), name);
        (void)json_object_set_new(cli->document, "name", json_string(name));
    }
    return code;
}

int
cmd_peers(struct cli *cli, int argc, char **argv)
{
    struct relays relays;
    const char *verb;
    const char *operand;
    int value = cli_option(cli, argc, argv, NULL);
    int code;

    CLI_OPTIONS_RETURN(value);
    verb = optind < argc ? argv[optind] : "list";
    operand = optind + 1 < argc ? argv[optind + 1] : NULL;
    if (optind + 2 < argc || (strcmp(verb, "list") == 0) != (operand == NULL) ||
        (strcmp(verb, "list") != 0 && strcmp(verb, "add") != 0 &&
         strcmp(verb, "remove") != 0))
        return cli_misused(cli, _("peers takes list, add FILE or remove NAME"));
    if (operand != NULL && strcmp(verb, "add") == 0)
        return add(cli, operand);
    if (operand != NULL)
        return drop(cli, operand);
    code = relays_open(cli, &relays);
    if (code != 0)
        return code;
    code = list(cli, &relays);
    relays_release(&relays);
    return code;
}
