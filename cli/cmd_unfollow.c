/*
 * unfollow: stop trusting a publisher.
 */
#include "cli/command.h"
#include "cli/document.h"
#include "cli/follows.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "core/text.h"

/* A follows_change. */
static int
forget(struct cli *cli, void *context, struct trust *trust)
{
    const struct key_author *author = context;

    /* Who is not there any more was forgotten by another p2pub just now. */
    return trust_remove(trust, author) == STATUS_NO_MEMORY
               ? cli_fail_memory(cli)
               : CLI_DONE;
}

static int
unfollow(struct cli *cli, struct trust *trust, const char *argument)
{
    const struct trust_entry *entry;
    struct key_public key;
    struct byte_buf name;
    bool is_introducer;
    size_t count;
    int code = follows_find(cli, trust, argument, "p2pub unfollow KEY", &entry);

    if (code != CLI_DONE)
        return code;
    if (entry->is_own)
        return cli_fail(cli, CLI_USAGE, NULL,
                        _("'%s' is your own key, which counts as followed"),
                        entry->name);
    (void)json_object_set_new(cli->document, "key", document_key(&entry->key));
    (void)json_object_set_new(cli->document, "name", json_string(entry->name));
    byte_buf_init(&name, (TRUST_NAME_MAX + 1) * 8);
    if (text_escape(&name, byte_view_of_text(entry->name), TEXT_ONE_LINE, 0) !=
            STATUS_OK ||
        byte_buf_text(&name) == NULL) {
        byte_buf_release(&name);
        return cli_fail_memory(cli);
    }
    key = entry->key;
    is_introducer = trust_is_introducer(trust, &key.author);
    code = follows_update(cli, forget, &key.author);
    if (code == CLI_DONE) {
        cli_print(cli, _("no longer following %s\n"), byte_buf_text(&name));
        follows_move(cli, &key.author, STORE_OTHER);
    }
    if (code == CLI_DONE && is_introducer)
        follows_move_vouched(cli, &key, &count);
    byte_buf_release(&name);
    return code;
}

int
cmd_unfollow(struct cli *cli, int argc, char **argv)
{
    struct trust *trust = NULL;
    int value = cli_option(cli, argc, argv, NULL);
    int code;

    CLI_OPTIONS_RETURN(value);
    if (optind + 1 != argc)
        return cli_misused(cli, _("unfollow takes one NAME or KEY"));
    code = home_open_trust(cli, &trust);
    if (code == CLI_DONE)
        code = unfollow(cli, trust, argv[optind]);
    trust_free(trust);
    return code;
}
