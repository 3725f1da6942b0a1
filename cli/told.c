#include "cli/told.h"

#include <string.h>
#include <unistd.h>

#include "bundles/following.h"
#include "bundles/lineage.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "core/limits.h"
#include "core/lock.h"
#include "core/text.h"
#include "core/words.h"

#define TOLD_NAME "told"
/* Two ids, a blank and a line end. */
#define LINE_SIZE ((size_t)2 * (RECORD_ID_TEXT_SIZE - 1) + 2)

struct telling {
    struct cli *cli;
    const struct trust *trust;
    struct byte_buf before; /* the file as it was */
    struct byte_buf after;  /* all that is to be known as told */
    bool is_new;            /* something was told now */
};

static void
write_line(char line[LINE_SIZE + 1], const struct record_id *root,
           const struct record_id *version)
{
    record_id_format(root, line);
    line[RECORD_ID_TEXT_SIZE - 1] = ' ';
    record_id_format(version, line + RECORD_ID_TEXT_SIZE);
    line[LINE_SIZE - 1] = '\n';
    line[LINE_SIZE] = '\0';
}

static bool
has_line(const struct byte_buf *text, const char *line)
{
    for (size_t at = 0; at + LINE_SIZE <= text->size; at++)
        if (memcmp(text->data + at, line, LINE_SIZE) == 0)
            return true;
    return false;
}

/* Note it, and set *is_new if it had not been told. */
static enum status
note(struct telling *telling, const struct record_id *root,
     const struct record_id *version, bool *is_new)
{
    char line[LINE_SIZE + 1];

    write_line(line, root, version);
    if (!has_line(&telling->before, line))
        *is_new = true;
    if (has_line(&telling->after, line))
        return STATUS_OK;
    return byte_buf_append_text(&telling->after, line);
}

static void
say(struct telling *telling, const struct trust_entry *entry,
    const struct lineage *lineage, bool is_conflict)
{
    char words[WORDS_FINGERPRINT_SIZE];
    char day[DAY_TEXT_SIZE];

    words_fingerprint(words, lineage->versions[0].id.octets);
    day_format(lineage_present(lineage)->date, day);
    telling->is_new = true;
    if (is_conflict && lineage_key(lineage, &entry->key.author) == NULL)
        cli_say(telling->cli,
                _("CONFLICT: recovery keys of '%s' agreed to more than one "
                  "next version of its identity, and the key that you follow "
                  "is that of one of them.  You go on following that key; ask "
                  "whose it is by another road.  Words of the identity: %s"),
                entry->name, words);
    else if (is_conflict)
        cli_say(telling->cli,
                _("CONFLICT: recovery keys of '%s' agreed to more than one "
                  "next version of its identity.  You follow it as it was on "
                  "%s until it settles this; ask it by another road.  Its "
                  "words: %s"),
                entry->name, day, words);
    else if (entry->is_own)
        cli_say(telling->cli,
                _("Your key '%s' was replaced on %s by one that is not in this "
                  "home: enough of its recovery keys agreed.  If you know "
                  "nothing of that, somebody else took your place; tell those "
                  "who know you by these words: %s"),
                entry->name, day, words);
    else
        cli_say(telling->cli,
                _("'%s' has a new key since %s: enough of its recovery keys "
                  "agreed, and you follow it as before.  Its words are the "
                  "same: %s"),
                entry->name, day, words);
}

/* The version that brought the present key, or settled who has it. */
static const struct lineage_version *
version_of_key(const struct lineage *lineage)
{
    const struct lineage_version *version = lineage_present(lineage);

    while (version->follow_count == 1) {
        const struct lineage_version *before =
            lineage_get(lineage, &version->follows[0]);

        if (before == NULL ||
            !key_author_equal(&before->key.author, &version->key.author))
            break;
        version = before;
    }
    return version;
}

/* True if it is the owner of both keys who would be told. */
static bool
is_own_doing(const struct telling *telling, const struct trust_entry *entry,
             const struct lineage *lineage)
{
    const struct trust_entry *present =
        trust_get(telling->trust, &lineage_present(lineage)->key.author);

    return entry->is_own && present != NULL && present->is_own;
}

static enum status
tell_of_key(struct telling *telling, const struct trust_entry *entry,
            const struct lineage *lineage)
{
    bool is_new = false;
    enum status status;

    if (key_author_equal(&lineage_present(lineage)->key.author,
                         &entry->key.author))
        return STATUS_OK;
    status = note(telling, &lineage->versions[0].id,
                  &version_of_key(lineage)->id, &is_new);
    if (status == STATUS_OK && is_new && is_own_doing(telling, entry, lineage))
        telling->is_new = true;
    else if (status == STATUS_OK && is_new)
        say(telling, entry, lineage, false);
    return status;
}

/* All that stand side by side are noted, and told of if one of them is new; what
 * goes on with one of them is no news. */
static enum status
tell_of_conflict(struct telling *telling, const struct trust_entry *entry,
                 const struct lineage *lineage)
{
    bool is_new = false;
    enum status status = STATUS_OK;

    for (size_t i = lineage->present + 1;
         i < lineage->version_count &&
         lineage->versions[i].number == lineage_present(lineage)->number + 1 &&
         status == STATUS_OK;
         i++)
        status = note(telling, &lineage->versions[0].id,
                      &lineage->versions[i].id, &is_new);
    if (status == STATUS_OK && is_new)
        say(telling, entry, lineage, true);
    return status;
}

/* Whoever follows one of those in conflict stays with it, and is told. */
static bool
is_in_conflict_itself(const struct trust_entry *entry,
                      const struct lineage *lineage)
{
    for (size_t i = lineage->present + 1; i < lineage->version_count; i++)
        if (key_author_equal(&lineage->versions[i].key.author,
                             &entry->key.author))
            return true;
    return false;
}

static enum status
tell_of_chain(struct telling *telling, const struct trust_entry *entry,
              const struct lineage *lineage)
{
    enum status status = tell_of_key(telling, entry, lineage);

    return status == STATUS_OK && lineage_is_in_conflict(lineage)
               ? tell_of_conflict(telling, entry, lineage)
               : status;
}

static enum status
tell(struct telling *telling, struct store *store,
     const struct trust_entry *entry)
{
    struct lineage lineage;
    enum status status = following_chain(&lineage, store, entry);

    if (status == STATUS_NOT_FOUND && is_in_conflict_itself(entry, &lineage))
        status = tell_of_conflict(telling, entry, &lineage);
    else if (status == STATUS_OK)
        status = tell_of_chain(telling, entry, &lineage);
    lineage_release(&lineage);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* What cannot be written is told again. */
static void
save(struct telling *telling)
{
    struct cli *cli = telling->cli;
    const bool lenient = cli->lenient;
    struct lock *lock;

    /* A home on a medium that cannot be written is nobody's fault. */
    if (access(cli->home, W_OK) != 0)
        return;
    cli->lenient = true;
    if (home_lock(cli, &lock) == CLI_DONE)
        (void)home_write(cli, TOLD_NAME, byte_view_of_buf(&telling->after),
                         0600);
    home_unlock(lock);
    cli->lenient = lenient;
}

int
told_say(struct cli *cli, const struct trust *trust, struct store *store)
{
    struct telling telling = {.cli = cli, .trust = trust};
    const struct trust_entry *entry;
    size_t position = 0;
    enum status status = STATUS_OK;
    int code;

    if (cli->quiet || cli->json)
        return CLI_DONE;
    byte_buf_init(&telling.before, TOLD_TEXT_MAX);
    byte_buf_init(&telling.after, TOLD_TEXT_MAX);
    code = home_read(cli, TOLD_NAME, &telling.before);
    while (code == CLI_DONE && status == STATUS_OK &&
           (entry = trust_next(trust, &position)) != NULL)
        if (!entry->is_derived)
            status = tell(&telling, store, entry);
    if (code == CLI_DONE && status == STATUS_OK && telling.is_new)
        save(&telling);
    byte_buf_release(&telling.before);
    byte_buf_release(&telling.after);
    if (code != CLI_DONE || status == STATUS_OK)
        return code;
    return cli_fail_store(cli, status);
}

void
told_say_at_end(struct cli *cli)
{
    const bool lenient = cli->lenient;
    struct store *store = NULL;
    struct trust *trust = NULL;

    if (cli->quiet || cli->json || !home_has_store(cli))
        return;
    cli->lenient = true;
    if (home_reopen_trust(cli, &trust) == CLI_DONE &&
        home_open_store(cli, HOME_READ, &store) == CLI_DONE)
        (void)!told_say(cli, trust, store);
    cli->lenient = lenient;
    store_free(store);
    trust_free(trust);
}
