#include "cli/answer.h"

#include <stdio.h>
#include <string.h>

#include "bundles/record_field.h"
#include "cli/author_number.h"
#include "cli/cli_clock.h"
#include "cli/document.h"
#include "cli/find.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "cli/key_state.h"
#include "cli/pass_on.h"
#include "core/mem.h"

int
answer_take_option(struct cli *cli, struct answer *answer, int option)
{
    int code = CLI_DONE;

    switch (option) {
    case ANSWER_OPTION_AS:
        answer->key_name = optarg;
        return CLI_DONE;
    case ANSWER_OPTION_SEQUENCE:
        return author_number_take(cli, &answer->sequence);
    case ANSWER_OPTION_OFFLINE:
        answer->offline = true;
        return CLI_DONE;
    case ANSWER_OPTION_DRY_RUN:
        answer->dry_run = true;
        return CLI_DONE;
    case ANSWER_OPTION_YES:
        answer->yes = true;
        return CLI_DONE;
    case ANSWER_OPTION_PREPARE:
        answer->prepare = optarg;
        return CLI_DONE;
    case ANSWER_OPTION_SIGNED:
        answer->signed_folder = optarg;
        return CLI_DONE;
    default:
        (void)prompt_take_option(cli, &answer->source, option, &code);
        return code;
    }
}

int
answer_check_arguments(struct cli *cli, const struct answer *answer, int left,
                       int count, const char *usage)
{
    if (answer->prepare != NULL && answer->signed_folder != NULL)
        return cli_misused(cli, _("--prepare and --signed do not go together"));
    if (answer->signed_folder != NULL && left > 0)
        return cli_misused(cli, _("--signed takes back what stands in its "
                                  "folder, and nothing else"));
    if (answer->signed_folder == NULL && left != count)
        return cli_misused(cli, "%s", usage);
    return CLI_DONE;
}

int
answer_open(struct cli *cli, struct answer *answer)
{
    struct record_id id;
    enum status status;
    int code = home_find(cli);

    if (code != CLI_DONE)
        return code;
    if (!home_has_store(cli))
        return cli_fail(cli, CLI_NOT_FOUND, "p2pub list",
                        _("there is no record '%s' here"), answer->digits);
    code = home_open_store(cli, HOME_WRITE, &answer->store);
    if (code == CLI_DONE)
        code = home_open_trust(cli, &answer->trust);
    if (code == CLI_DONE && lineages_new(&answer->lineages, answer->store,
                                         answer->trust) != STATUS_OK)
        code = cli_fail_memory(cli);
    if (code == CLI_DONE)
        code = find_record_to_sign(cli, answer->store, answer->digits, &id);
    if (code != CLI_DONE)
        return code;
    status = store_get_row(answer->store, &id, &answer->row);
    if (status == STATUS_OK)
        status = store_get_record(answer->store, &id, &answer->subject);
    return status == STATUS_OK ? CLI_DONE : cli_fail_store(cli, status);
}

/* What an ended key signs counts for nothing: where the one in its place is
 * here, that one signs. */
static int
prefer_present(struct cli *cli, struct answer *answer)
{
    struct key_state state;
    enum status status =
        key_state_find(&state, answer->store, &answer->entry->key.author);

    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
    for (size_t i = 0; state.ended_by > 0 && i < answer->keyring.count; i++)
        if (key_author_equal(&answer->keyring.entries[i].key.author,
                             &state.present.author))
            answer->entry = &answer->keyring.entries[i];
    return CLI_DONE;
}

int
answer_choose_key(struct cli *cli, struct answer *answer,
                  const struct key_author *author)
{
    int code = keyring_load(cli, &answer->keyring);

    if (code != CLI_DONE)
        return code;
    for (size_t i = 0; author != NULL && answer->key_name == NULL &&
                       i < answer->keyring.count;
         i++)
        if (key_author_equal(&answer->keyring.entries[i].key.author, author))
            answer->entry = &answer->keyring.entries[i];
    if (answer->entry != NULL)
        return prefer_present(cli, answer);
    return key_state_choose(cli, answer->store, &answer->keyring,
                            answer->key_name, &answer->entry);
}

void
answer_take_key(struct answer *answer, const char *name,
                struct key_secret *secret)
{
    (void)snprintf(answer->apart.name, sizeof(answer->apart.name), "%s", name);
    answer->apart.key = secret->public_key;
    answer->apart.has_secret = true;
    answer->entry = &answer->apart;
    answer->secret = secret;
}

int
answer_check_reason(struct cli *cli, const char *reason, size_t max)
{
    struct byte_view text = byte_view_of_text(reason);

    if (text.size <= max && record_field_is_text(text))
        return CLI_DONE;
    return cli_misused(cli,
                       _("the reason is to be one line of 1 to %zu octets, "
                         "without control characters and without blanks "
                         "around it"),
                       max);
}

/* Words for what publish_answer refused. */
static int
fail(struct cli *cli, enum status status, const struct answer *answer)
{
    if (status == STATUS_NOT_FOUND || status == STATUS_EXISTS)
        return author_number_fail(cli, status, answer->sequence);
    return cli_fail_store(cli, status);
}

/* On a terminal: what is about to be signed, and whether it may be. */
static int
confirm(struct cli *cli, const struct answer *answer, const char *question)
{
    int code = CLI_DONE;

    if (answer->yes || answer->dry_run || cli->json || !prompt_can_ask())
        return CLI_DONE;
    if (answer->subject != NULL)
        code = find_show(cli, answer->subject);
    if (code == CLI_DONE && !prompt_yes(question))
        code = cli_fail(cli, CLI_FAILED, NULL, _("nothing was signed"));
    return code;
}

int
answer_publish(struct cli *cli, struct answer *answer,
               struct publish_answer *record, const struct key_secret *secret,
               struct record_id *id)
{
    struct publish_fault fault;
    enum status status =
        publish_answer(answer->store, record, secret, id, &fault);
    int code;

    if (status == STATUS_AMBIGUOUS) {
        code = author_number_ask_to_merge(cli, &fault.fork);
        if (code != CLI_DONE)
            return code;
        record->merge = true;
        status = publish_answer(answer->store, record, secret, id, &fault);
    }
    return status == STATUS_OK ? CLI_DONE : fail(cli, status, answer);
}

void
answer_report(struct cli *cli, const struct answer *answer,
              const struct record_id *id, const struct key_public *key,
              uint32_t delivered)
{
    char text[RECORD_ID_TEXT_SIZE];

    record_id_format(id, text);
    (void)json_object_set_new(cli->document, "id", json_string(text));
    if (answer->subject != NULL)
        (void)json_object_set_new(cli->document, "subject",
                                  document_id(&answer->row.id));
    (void)json_object_set_new(cli->document, "key", document_key(key));
    (void)json_object_set_new(cli->document, "delivered",
                              document_number(delivered));
    cli_print(cli, "%s\n", text);
    if (answer->dry_run) {
        (void)json_object_set_new(cli->document, "dry_run", json_true());
        cli_say(cli, _("This was a dry run: nothing was signed or stored."));
    } else if (delivered > 0) {
        cli_say(cli, P_("%lu node has it", "%lu nodes have it", delivered),
                (unsigned long)delivered);
    } else {
        cli_say(cli, _("stored; nobody has it yet: p2pub share, or p2pub "
                       "export DIR"));
    }
}

int
answer_sign(struct cli *cli, struct answer *answer,
            struct publish_answer *record, const char *question)
{
    struct key_secret *secret = NULL;
    struct record_id id = {{0}};
    uint32_t delivered = 0;
    int code;

    record->key = answer->entry->key;
    record->today = cli_clock_today();
    record->sequence = answer->sequence;
    if (answer->prepare != NULL)
        return answer_prepare(cli, answer, record);
    code = confirm(cli, answer, question);
    if (code == CLI_DONE && !answer->dry_run && answer->secret != NULL) {
        secret = answer->secret;
        answer->secret = NULL;
    }
    if (code == CLI_DONE && !answer->dry_run && secret == NULL)
        code = keyring_unlock(cli, &answer->source, answer->entry, &secret);
    if (code == CLI_DONE)
        code = answer_publish(cli, answer, record, secret, &id);
    key_secret_free(secret);
    store_free(answer->store);
    answer->store = NULL;
    if (code != CLI_DONE)
        return code;
    /* It is signed; that nobody could be reached is no failure of that. */
    cli->lenient = true;
    if (!answer->offline && !answer->dry_run)
        (void)pass_on(cli, &id, 1, &delivered);
    cli->lenient = false;
    answer_report(cli, answer, &id, &answer->entry->key, delivered);
    return CLI_DONE;
}

void
answer_release(struct answer *answer)
{
    record_free(answer->subject);
    lineages_free(answer->lineages);
    trust_free(answer->trust);
    store_free(answer->store);
    keyring_release(&answer->keyring);
    key_secret_free(answer->secret);
    memset(answer, 0, sizeof(*answer));
}
