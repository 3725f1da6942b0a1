/*
 * unfollow: stop trusting a publisher.
 */
#include <string.h>

#include "cli/command.h"
#include "cli/document.h"
#include "cli/follows.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "core/text.h"

/* The own key called name, or NULL. */
static const struct trust_entry *
find_own(const struct trust *trust, const char *name)
{
    const struct trust_entry *entry;
    size_t position = 0;

    while ((entry = trust_next(trust, &position)) != NULL)
        if (entry->is_own && strcmp(entry->name, name) == 0)
            break;
    return entry;
}

/* The entry that argument, a name or a key, means. */
static int
find_entry(struct cli *cli, const struct trust *trust, const char *argument,
           const struct trust_entry **out)
{
    enum status status = trust_find_name(trust, argument, out);
    struct key_public key;

    if (status == STATUS_NOT_FOUND) {
        if (key_public_parse(&key, byte_view_of_text(argument)) == STATUS_OK)
            *out = trust_get(trust, &key.author);
        else
            *out = find_own(trust, argument);
        if (*out != NULL)
            status = STATUS_OK;
    }
    if (status == STATUS_AMBIGUOUS)
        return cli_fail(cli, CLI_USAGE, "p2pub unfollow KEY",
                        _("you know more than one key by the name '%s'"),
                        argument);
    if (status != STATUS_OK)
        return cli_fail(cli, CLI_NOT_FOUND, NULL,
                        _("you follow nobody by the name or key '%s'"),
                        argument);
    if ((*out)->is_own)
        return cli_fail(cli, CLI_USAGE, NULL,
                        _("'%s' is your own key, which counts as followed"),
                        (*out)->name);
    return CLI_DONE;
}

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
    struct key_author author;
    struct byte_buf name;
    int code = find_entry(cli, trust, argument, &entry);

    if (code != CLI_DONE)
        return code;
    (void)json_object_set_new(cli->document, "key", document_key(&entry->key));
    (void)json_object_set_new(cli->document, "name", json_string(entry->name));
    byte_buf_init(&name, (TRUST_NAME_MAX + 1) * 8);
    if (text_escape(&name, byte_view_of_text(entry->name), TEXT_ONE_LINE, 0) !=
            STATUS_OK ||
        byte_buf_text(&name) == NULL) {
        byte_buf_release(&name);
        return cli_fail_memory(cli);
    }
    author = entry->key.author;
    code = follows_update(cli, forget, &author);
    if (code == CLI_DONE) {
        cli_print(cli, _("no longer following %s\n"), byte_buf_text(&name));
        follows_move(cli, &author, STORE_OTHER);
    }
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
