#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/learned.h"
#include "cli/pass_on.h"
#include "cli/relays.h"
#include "core/file.h"
#include "core/limits.h"
#include "core/mem.h"

/* Show one relay, and describe it in the document. */
static json_t *
describe(struct cli *cli, const struct relay_line *line)
{
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
        cli_print(cli, "%s%u", j == 0 ? "  " : ",", (unsigned)line->ports[j]);
        (void)json_array_append_new(ports, json_integer(line->ports[j]));
    }
    return json_pack("{s:s, s:o, s:o, s:b}", "name", name, "hosts", hosts,
                     "ports", ports, "open", (int)line->open);
}

static void
list_learned(struct cli *cli, const struct relay_book *book)
{
    json_t *learned = json_array();
    bool first = true;

    for (size_t i = 0; i < book->count; i++) {
        const struct relay_entry *entry = &book->entries[i];
        json_t *relay;

        if (!learned_is(entry))
            continue;
        if (first)
            cli_print(cli, "%s", _("Learned from other nodes:\n"));
        first = false;
        relay = describe(cli, &entry->line);
        cli_print(cli, "%s\n",
                  entry->standing == RELAY_ANSWERED ? _("  answered") : "");
        (void)json_object_set_new(
            relay, "answered", json_boolean(entry->standing == RELAY_ANSWERED));
        (void)json_array_append_new(learned, relay);
    }
    (void)json_object_set_new(cli->document, "learned", learned);
    if (!first)
        cli_say(cli, "%s",
                _("share --learned and sync --learned try these while no other "
                  "relay answers; p2pub peers keep NAME makes one yours."));
}

/* What a home knows of relays. */
struct knowledge {
    struct relays typed;
    struct relay_book book; /* those too, and what was learned */
};

static int
knowledge_open(struct cli *cli, struct knowledge *out)
{
    int code = relays_open(cli, &out->typed);

    if (code != 0)
        return code;
    code = learned_open(cli, &out->typed, false, &out->book);
    if (code != 0)
        relays_release(&out->typed);
    return code;
}

static void
knowledge_release(struct knowledge *knowledge)
{
    relay_book_release(&knowledge->book);
    relays_release(&knowledge->typed);
}

static int
list(struct cli *cli)
{
    struct knowledge known;
    json_t *peers;
    int code = knowledge_open(cli, &known);

    if (code != 0)
        return code;
    peers = json_array();
    for (size_t i = 0; i < known.typed.count; i++) {
        const struct relay_line *line = &known.typed.lines[i];

        (void)json_array_append_new(peers, describe(cli, line));
        cli_print(cli, "%s\n", line->open ? _("  open") : "");
    }
    (void)json_object_set_new(cli->document, "peers", peers);
    list_learned(cli, &known.book);
    if (known.book.count == 0)
        cli_say(cli, _("No relay is known. p2pub peers add FILE takes a "
                       "relay's line."));
    knowledge_release(&known);
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
    if (status != STATUS_OK && strncmp(path, "p2pub1-", 7) == 0) {
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

/* The learned relay called name, or NULL. */
static const struct relay_entry *
find_learned(const struct relay_book *book, const char *name)
{
    for (size_t i = 0; i < book->count; i++) {
        char own[RELAY_NAME_SIZE];

        relay_line_name(&book->entries[i].line, own);
        if (learned_is(&book->entries[i]) && strcmp(own, name) == 0)
            return &book->entries[i];
    }
    return NULL;
}

/* What a person wants changed. */
struct change {
    enum {
        CHANGE_ADD,   /* line */
        CHANGE_KEEP,  /* the learned relay called name */
        CHANGE_REMOVE /* the relay called name, typed or learned */
    } kind;

    const struct relay_line *line;
    const char *name;
};

/* Take out the relay called name, wherever it stands; *key is its, and *forget:
 * it could be learned again. */
static int
remove_relay(struct cli *cli, struct knowledge *known, const char *name,
             struct dh_public *key, bool *forget)
{
    const struct relay_line *old = relays_find(&known->typed, name);
    const struct relay_entry *learned = find_learned(&known->book, name);

    *forget = learned != NULL || (old != NULL && old->open);
    if (old != NULL)
        *key = old->key;
    else if (learned != NULL)
        *key = learned->line.key;
    return old == NULL && learned != NULL
               ? 0
               : relays_remove(cli, &known->typed, name);
}

/* Make line, called name, one of those that were typed. */
static int
add_line(struct cli *cli, struct knowledge *known, struct relay_line line,
         const char *name)
{
    const struct relay_line *old = relays_find(&known->typed, name);
    int code;

    if (old != NULL && !old->open && line.open) {
        line.open = false;
        cli_warn(cli,
                 _("the line that you had of %s is not to be passed on, and so "
                   "it stays; if its operator opened it, p2pub peers remove "
                   "%s comes first"),
                 name, name);
    }
    code = relays_add(cli, &known->typed, &line);
    mem_wipe(&line, sizeof(line));
    return code;
}

static int
keep_learned(struct cli *cli, struct knowledge *known, const char *name)
{
    const struct relay_entry *learned = find_learned(&known->book, name);

    if (learned != NULL)
        return add_line(cli, known, learned->line, name);
    if (relays_find(&known->typed, name) != NULL)
        return 0;
    return cli_fail(cli, CLI_NOT_FOUND, "p2pub peers",
                    _("there is no learned relay called '%s'"), name);
}

/* Bring the file of what was learned in line with what is typed now, and with
 * a key that is not to be learned again, or NULL. */
static int
tidy_learned(struct cli *cli, const struct dh_public *key)
{
    struct knowledge known;
    int code = knowledge_open(cli, &known);

    if (code != 0)
        return code;
    if (key != NULL && relay_book_forget(&known.book, key) != STATUS_OK)
        code = cli_fail_memory(cli);
    known.book.changed = true;
    if (code == 0)
        code = learned_save(cli, &known.book);
    knowledge_release(&known);
    return code;
}

/* Is there more than what was typed? */
static bool
has_learned(const struct relay_book *book)
{
    for (size_t i = 0; i < book->count; i++)
        if (book->entries[i].standing != RELAY_TYPED)
            return true;
    return false;
}

static int
change_both(struct cli *cli, const struct change *change)
{
    struct knowledge known;
    struct dh_public key;
    bool forget = false;
    bool learned_any;
    int code = knowledge_open(cli, &known);

    if (code != 0)
        return code;
    learned_any = has_learned(&known.book);
    switch (change->kind) {
    case CHANGE_ADD:
        code = add_line(cli, &known, *change->line, change->name);
        break;
    case CHANGE_KEEP:
        code = keep_learned(cli, &known, change->name);
        break;
    case CHANGE_REMOVE:
        code = remove_relay(cli, &known, change->name, &key, &forget);
        break;
    }
    knowledge_release(&known);
    if (code == 0 && (forget || learned_any))
        code = tidy_learned(cli, forget ? &key : NULL);
    return code;
}

/* Change the home's files while nobody else may, and tell its daemon. */
static int
change(struct cli *cli, const struct change *change)
{
    struct lock *lock;
    int code = home_lock(cli, &lock);

    if (code != 0)
        return code;
    code = change_both(cli, change);
    home_unlock(lock);
    if (code == 0)
        pass_on_changed(cli);
    return code;
}

static void
report(struct cli *cli, const char *name)
{
    (void)json_object_set_new(cli->document, "name", json_string(name));
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
    code = change(cli, &(struct change){CHANGE_ADD, &line, name});
    if (code == 0) {
        cli_print(cli, _("added the relay %s\n"), name);
        report(cli, name);
    }
    mem_wipe(&line, sizeof(line));
    return code;
}

static int
keep(struct cli *cli, const char *name)
{
    int code = change(cli, &(struct change){CHANGE_KEEP, NULL, name});

    if (code == 0) {
        cli_print(cli, _("kept the relay %s\n"), name);
        report(cli, name);
    }
    return code;
}

static int
drop(struct cli *cli, const char *name)
{
    int code = change(cli, &(struct change){CHANGE_REMOVE, NULL, name});

    if (code == 0) {
        cli_print(cli, _("removed the relay %s\n"), name);
        report(cli, name);
    }
    return code;
}

int
cmd_peers(struct cli *cli, int argc, char **argv)
{
    static const struct {
        const char *verb;
        int (*run)(struct cli *cli, const char *operand);
    } verbs[] = {{"add", add}, {"keep", keep}, {"remove", drop}};

    int value = cli_option(cli, argc, argv, NULL);
    const char *verb;

    CLI_OPTIONS_RETURN(value);
    verb = optind < argc ? argv[optind] : "list";
    if (optind + 1 >= argc && strcmp(verb, "list") == 0)
        return list(cli);
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (optind + 2 == argc && strcmp(verb, verbs[i].verb) == 0)
            return verbs[i].run(cli, argv[optind + 1]);
    return cli_misused(
        cli, _("peers takes list, add FILE, keep NAME or remove NAME"));
}
