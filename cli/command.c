#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "cli/i18n.h"
#include "core/distance.h"

/* A heading of the help, or a command under it. */
struct entry {
    const char *heading; /* NULL for a command */
    struct cli_command command;
};

static const struct entry entries[] = {
    {N_("READ"), {0}},
    {NULL,
     {"list", "[--all]", N_("Newest statements"),
      N_("VERIFIED  you follow its signer, or\n"
         "          an introducer vouches for it\n"
         "UNKNOWN   the signature holds, by\n"
         "          a key you do not follow\n"
         "NEWER     needs a newer p2pub\n"
         "\n"
         "  --all     more than a screenful\n"
         "  --lang L  titles in language L\n"
         "\n"
         "  p2pub list\n"
         "  p2pub list --json\n"),
      cmd_list}},
    {NULL,
     {"read", "ID|FILE|DIR [OPTION]...", N_("Check, then show a statement"),
      N_("FILE is a header.txt, DIR its folder.\n"
         "Hexadecimal digits are an ID; ./NAME\n"
         "is always a file or folder.\n"
         "\n"
         "  --lang L    the text in language L\n"
         "  --diff      what it changed in the old\n"
         "  --into DIR  write header, signature\n"
         "              and files there\n"
         "  --unknown   also if you do not\n"
         "              follow the key\n"
         "  --key KEY   it must be signed by KEY\n"
         "  --sealed-key FILE\n"
         "              opens a sealed one: the\n"
         "              line from an SMS; -\n"
         "              reads or asks for it\n"
         "\n"
         "  p2pub read 8a07c3d2e1f0 --lang ru\n"
         "  p2pub read /media/stick/8a07c3d2e1f0\n"
         "\n"
         "Exit code: 3 not verified, 4 not found\n"
         "or not all arrived, 5 not followed.\n"),
      cmd_read}},
    {NULL,
     {"verify", "ID|FILE|DIR...", N_("Who signed; is it intact?"),
      N_("  --key KEY  it must be signed by KEY\n"
         "  --lang L   the title in language L\n"
         "  --sealed-key FILE\n"
         "             opens a sealed one\n"
         "\n"
         "  p2pub verify header.txt\n"
         "  p2pub verify /media/stick/*\n"
         "\n"
         "Exit code: 0 verified,\n"
         "3 not verified, 4 not found or not all\n"
         "arrived, 5 not followed; of several 3\n"
         "before 5 before 4.\n"),
      cmd_verify}},
    {NULL,
     {"follow", "KEY|FILE [--name NAME]", N_("Trust a publisher"),
      N_("FILE is a public key (.pub), or the\n"
         "header.txt or folder of an identity.\n"
         "Compare the eight words with what the\n"
         "publisher gave you before you say yes.\n"
         "\n"
         "  --name NAME  your name for the key\n"
         "  --introducer take its word for the\n"
         "               names of other keys\n"
         "  --yes        the words were compared\n"
         "\n"
         "  p2pub follow committee.pub\n"
         "  p2pub follow RWQ... --name OMCT\n"),
      cmd_follow}},
    {NULL,
     {"unfollow", "NAME|KEY", N_("Stop trusting"),
      N_("  p2pub unfollow OMCT\n"), cmd_unfollow}},
    {NULL,
     {"gaps", "[NAME|KEY]", N_("What is known to be missing"),
      N_("Of those whom you follow, numbers of\n"
         "records that have not arrived:\n"
         "\n"
         "between an author's own records, and\n"
         "beyond the newest one here, by what\n"
         "another whom you follow had seen.\n"
         "\n"
         "A newest record that nobody mentioned\n"
         "cannot be noticed.  share and sync ask\n"
         "for what is missing by themselves.\n"
         "\n"
         "  p2pub gaps\n"
         "  p2pub gaps OMCT --json\n"),
      cmd_gaps}},
    {N_("PUBLISH"), {0}},
    {NULL,
     {"keys", "[VERB [OPTION]...]", N_("Your keys"),
      N_("list               the keys there are\n"
         "new [NAME]         make one\n"
         "show [NAME]        key and words\n"
         "import FILE        one of minisign\n"
         "passphrase [NAME]  another one\n"
         "revoke [NAME]      for ever\n"
         "rotate [NAME]      another key\n"
         "recover [NAME|KEY] when it is lost\n"
         "\n"
         "  p2pub help keys new\n"
         "  p2pub keys new \"Committee\"\n"
         "  p2pub keys show --public\n"),
      cmd_keys}},
    {NULL,
     {"publish", "FILE... [OPTION]...", N_("Sign, store and pass on"),
      N_("--title T --lang L --date YYYY-MM-DD\n"
         "--translation L=FILE  another language\n"
         "--attach FILE         photo, document\n"
         "--signatory KEY[=NAME]\n"
         "                      will sign too\n"
         "--replaces ID --translates ID\n"
         "--as KEYNAME --sequence N\n"
         "--heads               whom you follow\n"
         "--keep-names          of local files\n"
         "--keep-metadata       of photographs\n"
         "--prepare DIR         sign elsewhere,\n"
         "--signed DIR          and take it back\n"
         "--sealed              to be opened\n"
         "  --opens YYYY-MM-DD  later, that day\n"
         "--offline --dry-run --yes\n"
         "--passphrase-file FILE\n"
         "--passphrase-fd N\n"
         "\n"
         "  p2pub publish statement.md\n"
         "  p2pub publish statement.en.md \\\n"
         "    --translation ru=statement.ru.md\n"),
      cmd_publish}},
    {NULL,
     {"cosign", "ID [--file NAME]...", N_("Sign a statement too"),
      N_("Readers see that you signed it, too.\n"
         "Read it first; it must be here.\n"
         "\n"
         "--file NAME    you checked only this\n"
         "               file (several times)\n"
         "--sealed-key FILE\n"
         "               it is sealed, and this\n"
         "               opens it (see read)\n"
         "--words --words-file FILE\n"
         "               recovery words sign an\n"
         "               identity\n"
         "--as KEYNAME --sequence N\n"
         "--prepare DIR  sign elsewhere,\n"
         "--signed DIR   and take it back\n"
         "--offline --dry-run --yes\n"
         "--passphrase-file FILE\n"
         "--passphrase-fd N\n"
         "\n"
         "  p2pub cosign 8a07c3d2e1f05a6b\n"
         "  p2pub cosign 8a07c3d2e1f05a6b \\\n"
         "    --file statement.ru.md\n"),
      cmd_cosign}},
    {NULL,
     {"withdraw", "ID --reason TEXT", N_("Take back what you signed"),
      N_("ID is your own statement or\n"
         "co-signature, or a withdrawal that you\n"
         "take back.  What others hold stays\n"
         "readable, below your reason.\n"
         "\n"
         "--reason TEXT  one line, for everybody\n"
         "--as KEYNAME --sequence N\n"
         "--prepare DIR  sign elsewhere,\n"
         "--signed DIR   and take it back\n"
         "--offline --dry-run --yes\n"
         "--passphrase-file FILE\n"
         "--passphrase-fd N\n"
         "\n"
         "  p2pub withdraw 8a07c3d2e1f05a6b \\\n"
         "    --reason \"two names were wrong\"\n"),
      cmd_withdraw}},
    {NULL,
     {"release", "ID", N_("Open what you sealed"),
      N_("ID is your own sealed statement.  All\n"
         "can read it then, for ever.  Prints\n"
         "the line that opens it by SMS, too.\n"
         "\n"
         "--key-file FILE  its key line, if it is\n"
         "                 not in this home; -\n"
         "                 reads or asks for it\n"
         "--as KEYNAME --sequence N\n"
         "--prepare DIR  sign elsewhere,\n"
         "--signed DIR   and take it back\n"
         "--offline --dry-run --yes\n"
         "--passphrase-file FILE\n"
         "--passphrase-fd N\n"
         "\n"
         "  p2pub release 8a07c3d2e1f05a6b\n"),
      cmd_release}},
    {NULL,
     {"vouch", "KEY NAME", N_("Say whose a key is"),
      N_("KEY is a key, its file or identity, or\n"
         "your name for somebody you follow.\n"
         "Compare the eight words with its owner\n"
         "first.  Who made you an introducer sees\n"
         "NAME, vouched for by you; withdraw ID\n"
         "takes it back.\n"
         "\n"
         "--as KEYNAME --sequence N\n"
         "--prepare DIR  sign elsewhere,\n"
         "--signed DIR   and take it back\n"
         "--offline --dry-run --yes\n"
         "--passphrase-file FILE\n"
         "--passphrase-fd N\n"
         "\n"
         "  p2pub vouch memorial.pub Memorial\n"
         "  p2pub vouch FIDH \"FIDH, Paris\"\n"),
      cmd_vouch}},
    {N_("PASS ON"), {0}},
    {NULL,
     {"share", "[--community FILE]", N_("Exchange with those nearby"),
      N_("Finds other nodes on the local network\n"
         "by itself, keeps a link to each relay\n"
         "that it knows, and passes on what is\n"
         "new.  Stop it with Ctrl-C.\n"
         "\n"
         "--community FILE   only with holders of\n"
         "                   this file; made anew\n"
         "--listen ADDRESS:PORT\n"
         "                   not a free port\n"
         "--neighbour ADDRESS:PORT\n"
         "                   link to it, too\n"
         "--memory SIZE      as 16M; else a\n"
         "                   quarter of what is\n"
         "                   there, at most 96M\n"
         "--learned          try relays that\n"
         "                   others told of if all\n"
         "                   of yours fail; they\n"
         "                   see your address\n"
         "\n"
         "  p2pub share\n"
         "  p2pub share --community circle.txt\n"),
      cmd_share}},
    {NULL,
     {"sync", "[PEER]", N_("Exchange once, then stop"),
      N_("Meets every known relay and every node\n"
         "nearby, once.  PEER is a relay's name\n"
         "(p2pub peers) or ADDRESS:PORT of a\n"
         "neighbour.  Where share runs, it asks\n"
         "over the links that are there.\n"
         "\n"
         "--seconds N       give up after so long\n"
         "                  (default 60)\n"
         "--community FILE  as for share\n"
         "--learned         as for share\n"
         "\n"
         "  p2pub sync\n"
         "  p2pub sync 192.168.1.20:40123\n"),
      cmd_sync}},
    {NULL,
     {"relay", "--listen ADDR:PORT[,PORT]...", N_("Run as a relay service"),
      N_("Takes links of everybody who holds its\n"
         "line, and answers nobody else.  Runs in\n"
         "the foreground; SIGTERM ends it.\n"
         "\n"
         "--listen ADDRESS:PORT[,PORT]...\n"
         "     where (several times); port 0 takes\n"
         "     a free one\n"
         "--public HOST\n"
         "     what the line names (several times)\n"
         "--line-file FILE\n"
         "     for the line, for you alone\n"
         "--open\n"
         "     nodes pass the line on: anyone who\n"
         "     meets a reader of this relay, also\n"
         "     an informer, will learn its address\n"
         "--shape SHAPE\n"
         "     none, ascii:N, text or bytes:HEX\n"
         "--memory SIZE  as for share\n"
         "\n"
         "  p2pub relay --listen 0.0.0.0:443,179 \\\n"
         "      --public relay.example.org\n"),
      cmd_relay}},
    {NULL,
     {"peers", "[list|add|keep|remove]", N_("Relays that you know"),
      N_("A relay's line is a secret: it is read\n"
         "from a file or from standard input, and\n"
         "never given as an argument.  FILE - is\n"
         "standard input.\n"
         "\n"
         "list         yours, and those of which\n"
         "             other nodes told\n"
         "add FILE     a line\n"
         "keep NAME    make a learned one yours\n"
         "remove NAME  and do not learn it again\n"
         "\n"
         "  p2pub peers\n"
         "  p2pub peers add relay.line\n"
         "  p2pub peers remove k3v9qa2m\n"),
      cmd_peers}},
    {NULL,
     {"export", "DIR [ID...]", N_("Copy records to a stick"),
      N_("Each record becomes a folder in DIR\n"
         "that anybody can check with minisign\n"
         "and b2sum.  Without IDs: all of them.\n"
         "\n"
         "  p2pub export /media/stick\n"
         "  p2pub export folder 8a07c3d2e1f0\n"),
      cmd_export}},
    {NULL,
     {"import", "DIR|FILE", N_("Take in what a stick holds"),
      N_("Looks into DIR and the folders in it,\n"
         "and takes in what is signed.\n"
         "\n"
         "  p2pub import /media/stick\n"
         "  p2pub import folder/header.txt\n"),
      cmd_import}},
    {NULL,
     {"status", "[ID]", N_("What works right now"),
      N_("For an ID: how many nodes took it.\n"
         "\n"
         "  p2pub status\n"
         "  p2pub status 8a07c3d2e1f0\n"),
      cmd_status}},
    {NULL, {"help", "[COMMAND]", N_("One command, by examples"), "", cmd_help}},
    {NULL, {"version", "", N_("Which p2pub this is"), "", cmd_version}},
};

#define ENTRIES (sizeof(entries) / sizeof(entries[0]))

const struct cli_command *
command_find(const char *name)
{
    for (size_t i = 0; i < ENTRIES; i++)
        if (entries[i].heading == NULL &&
            strcmp(entries[i].command.name, name) == 0)
            return &entries[i].command;
    return NULL;
}

/* The command whose name is nearest to what was typed, or NULL. */
static const struct cli_command *
nearest_command(const char *name)
{
    const struct cli_command *nearest = NULL;
    size_t least = 4; /* farther is no help */

    for (size_t i = 0; i < ENTRIES; i++) {
        size_t far;

        if (entries[i].heading != NULL)
            continue;
        far = distance(byte_view_of_text(name),
                       byte_view_of_text(entries[i].command.name));
        if (far < least) {
            least = far;
            nearest = &entries[i].command;
        }
    }
    return nearest;
}

int
command_fail_unknown(struct cli *cli, const char *name, const char *attempt)
{
    const struct cli_command *nearest = nearest_command(name);
    char line[32] = "p2pub help";

    if (nearest != NULL)
        (void)snprintf(line, sizeof(line), "%s %s", attempt, nearest->name);
    return cli_fail(cli, CLI_USAGE, line, _("there is no command '%s'"), name);
}

static void
show_all(struct cli *cli)
{
    json_t *commands = json_array();

    cli_print(cli, "%s", _("p2pub carries signed public statements.\n"));
    for (size_t i = 0; i < ENTRIES; i++) {
        const struct cli_command *command = &entries[i].command;

        if (entries[i].heading != NULL) {
            cli_print(cli, "%s\n", _(entries[i].heading));
            continue;
        }
        /* A terminal has 24 lines; the last of them names help, and --version
         * is looked for without them. */
        if (command->run != cmd_version && command->run != cmd_help)
            cli_print(cli, "  %-10s%s\n", command->name, _(command->summary));
        (void)json_array_append_new(
            commands, json_pack("{s:s, s:s}", "name", command->name, "summary",
                                _(command->summary)));
    }
    cli_print(cli, "%s", _("More: help COMMAND  --home DIR  --json\n"));
    (void)json_object_set_new(cli->document, "commands", commands);
}

void
command_show_help(struct cli *cli, const struct cli_command *command)
{
    json_t *document = cli->document;

    if (command == NULL) {
        show_all(cli);
        return;
    }
    cli_print(cli, "p2pub %s%s%s\n%s\n", command->name,
              command->usage[0] == '\0' ? "" : " ", command->usage,
              _(command->summary));
    if (command->help[0] != '\0')
        cli_print(cli, "\n%s", _(command->help));
    (void)json_object_set_new(document, "name", json_string(command->name));
    (void)json_object_set_new(document, "usage", json_string(command->usage));
    (void)json_object_set_new(document, "summary",
                              json_string(_(command->summary)));
    (void)json_object_set_new(
        document, "help",
        json_string(command->help[0] == '\0' ? "" : _(command->help)));
}

void
command_show_version(struct cli *cli)
{
    cli_print(cli, "%s %s\n", PACKAGE_NAME, PACKAGE_VERSION);
    (void)json_object_set_new(cli->document, "version",
                              json_string(PACKAGE_VERSION));
}
