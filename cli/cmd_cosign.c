/*
 * cosign: sign somebody else's statement too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bundles/bundle.h"
#include "bundles/identity.h"
#include "bundles/signing.h"
#include "bundles/statement.h"
#include "cli/answer.h"
#include "cli/command.h"
#include "cli/i18n.h"
#include "cli/key_state.h"
#include "cli/recovery_words.h"
#include "cli/succession_state.h"
#include "core/limits.h"
#include "core/mem.h"

struct run {
    struct answer answer;
    size_t file_count;
    const char *files[RECORD_FILES_MAX]; /* as they were typed */
    const char *sealed_key;              /* a file, `-`, or NULL */
    bool is_inside;                      /* it was sealed, and is whole */
    struct cosign cosign;
    bool is_recovery; /* by a recovery key, of an identity */
    struct recovery_source words;
};

/* Only what this p2pub can show is signed with it. */
static int
check_kind(struct cli *cli, struct run *run)
{
    const struct record *subject = run->answer.subject;
    struct statement statement;
    struct identity identity;
    enum status status;

    switch (record_kind(subject)) {
    case RECORD_STATEMENT:
        status = statement_read(&statement, subject);
        statement_release(&statement);
        break;
    case RECORD_IDENTITY:
        status = identity_read(&identity, subject);
        break;
    default:
        return cli_fail(cli, CLI_FAILED, "p2pub list",
                        _("'%s' is neither a statement nor an identity, and "
                          "nothing else can be co-signed"),
                        run->answer.digits);
    }
    if (status == STATUS_NEWER)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("'%s' needs a newer p2pub to be shown, so nothing "
                          "was signed"),
                        run->answer.digits);
    return status == STATUS_OK ? CLI_DONE : cli_fail_memory(cli);
}

static int
compare_views(const void *a, const void *b)
{
    const struct byte_view *x = a;
    const struct byte_view *y = b;
    const size_t size = x->size < y->size ? x->size : y->size;
    const int difference = memcmp(x->data, y->data, size);

    if (difference != 0)
        return difference;
    return x->size < y->size ? -1 : x->size > y->size;
}

static int
find_file(const struct record_fields *fields, const char *name)
{
    for (size_t i = 0; i < fields->file_count; i++)
        if (byte_view_equal_text(fields->files[i].name, name))
            return (int)i;
    return -1;
}

/* The files that were named, each once and in the record. */
static int
take_files(struct cli *cli, struct run *run)
{
    const struct record_fields *fields = record_fields(run->answer.subject);
    struct cosign *cosign = &run->cosign;

    for (size_t i = 0; i < run->file_count; i++) {
        if (find_file(fields, run->files[i]) < 0)
            return cli_fail(cli, CLI_NOT_FOUND, "p2pub read ID",
                            _("the statement has no file '%s'"), run->files[i]);
        cosign->names[cosign->name_count++] = byte_view_of_text(run->files[i]);
    }
    qsort(cosign->names, cosign->name_count, sizeof(cosign->names[0]),
          compare_views);
    for (size_t i = 1; i < cosign->name_count; i++)
        if (byte_view_equal(cosign->names[i - 1], cosign->names[i]))
            return cli_misused(cli, _("'%.*s' is named twice"),
                               (int)cosign->names[i].size,
                               (const char *)cosign->names[i].data);
    return CLI_DONE;
}

/* A file_sink that forgets what it is given. */
static enum status
on_piece(void *context, struct byte_view piece)
{
    (void)context;
    (void)piece;
    return STATUS_OK;
}

/* The statement inside, if it was sealed; what names of files would betray
 * stays sealed. */
static int
open_sealed(struct cli *cli, struct run *run)
{
    bool is_released;
    int code;

    run->is_inside = run->answer.row.kind == RECORD_SEALED;
    if (!run->is_inside && run->sealed_key == NULL)
        return CLI_DONE;
    code = answer_open_sealed(cli, &run->answer, run->sealed_key, &is_released);
    if (code == CLI_DONE && !is_released && run->file_count > 0)
        code = cli_misused(cli, _("--file would tell names of files before the "
                                  "statement is released"));
    return code;
}

/* What is signed must be here, and be what its author signed. */
static int
check_file(struct cli *cli, struct run *run, size_t index)
{
    const struct answer *answer = &run->answer;
    struct byte_view view = record_fields(answer->subject)->files[index].name;
    char name[RECORD_FILE_NAME_MAX + 1] = "";
    enum status status =
        bundle_read_file(answer->store, answer->subject, index, on_piece, NULL);

    memcpy(name, view.data, view.size);
    if (status == STATUS_NOT_FOUND)
        return cli_fail(cli, CLI_NOT_FOUND, "p2pub sync",
                        _("'%s' has not arrived, so nothing was signed"), name);
    if (status == STATUS_BAD_SIGNATURE)
        return cli_fail(cli, CLI_NOT_VERIFIED, NULL,
                        _("NOT VERIFIED: '%s' is not what was signed"), name);
    return status == STATUS_OK ? CLI_DONE : cli_fail_store(cli, status);
}

static int
check_files(struct cli *cli, struct run *run)
{
    const struct record_fields *fields = record_fields(run->answer.subject);
    int code = CLI_DONE;

    /* What was sealed was checked when it was opened. */
    if (run->is_inside ||
        (run->file_count == 0 && run->answer.row.state == STORE_COMPLETE))
        return CLI_DONE;
    for (size_t i = 0; i < fields->file_count && code == CLI_DONE; i++) {
        bool is_meant = run->file_count == 0;

        for (size_t j = 0; j < run->cosign.name_count; j++)
            is_meant = is_meant || byte_view_equal(fields->files[i].name,
                                                   run->cosign.names[j]);
        if (is_meant)
            code = check_file(cli, run, i);
    }
    return code;
}

/* True if signing says all that the new co-signature would. */
static bool
says_enough(const struct run *run, const struct signing *signing)
{
    const struct record_fields *fields = record_fields(run->answer.subject);

    if (signing->state != SIGNING_SIGNED || !signing->is_partial)
        return signing->state == SIGNING_SIGNED;
    for (size_t i = 0; i < run->cosign.name_count; i++) {
        int index = find_file(fields, run->files[i]);

        if (index < 0 || !signing->checked[index])
            return false;
    }
    return run->cosign.name_count > 0;
}

/* Twice the same says nothing. */
static int
check_is_new(struct cli *cli, struct run *run)
{
    const struct answer *answer = &run->answer;
    struct signing_gathering *gathering = mem_zalloc(1, sizeof(*gathering));
    struct signing signing = {0};
    enum status status = STATUS_NO_MEMORY;
    int code = CLI_DONE;

    if (gathering != NULL) {
        gathering->lineages = answer->lineages;
        gathering->record = answer->subject;
        gathering->wants_state = true;
        status = signing_find(gathering, &signing, &answer->entry->key.author);
    }
    if (status != STATUS_OK)
        code = cli_fail_store(cli, status);
    else if (says_enough(run, &signing))
        code = cli_fail(cli, CLI_FAILED, NULL,
                        _("'%s' has signed this already"), answer->entry->name);
    withdrawal_release(&signing.taken);
    mem_free(gathering);
    return code;
}

/* Whether a recovery key signs an identity: one of those that the version
 * names, or that a version which it follows does. */
static int
check_recovery(struct cli *cli, struct run *run)
{
    const struct answer *answer = &run->answer;
    const struct key_author *author = &answer->entry->key.author;
    enum status status;

    if (record_kind(answer->subject) != RECORD_IDENTITY)
        return CLI_DONE;
    status = succession_state_is_keeper(&run->is_recovery, answer->store,
                                        answer->subject, author);
    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
    if (!run->is_recovery && answer->secret != NULL)
        return cli_fail(cli, CLI_KEY, NULL,
                        _("these are the words of no recovery key of this "
                          "version or of the one before it"));
    return CLI_DONE;
}

static int
check_author(struct cli *cli, struct run *run)
{
    const struct answer *answer = &run->answer;
    const struct key_author *author =
        &record_fields(answer->subject)->key.author;
    bool is_withdrawn = false;
    enum status status;

    if (key_author_equal(author, &answer->entry->key.author))
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("'%s' signed this already, as its author"),
                        answer->entry->name);
    status = withdrawals_has(&is_withdrawn, answer->lineages, author,
                             &answer->row.id);
    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
    if (is_withdrawn)
        return cli_fail(cli, CLI_FAILED, "p2pub read ID",
                        _("its author has withdrawn it"));
    return check_recovery(cli, run);
}

/* Who signs: a key of the keyring, or the one that the words stand for. */
static int
choose_key(struct cli *cli, struct run *run)
{
    struct answer *answer = &run->answer;
    struct key_secret *secret;
    int code;

    if (!run->words.ask && run->words.file == NULL)
        return answer_choose_key(cli, answer, NULL);
    if (record_kind(answer->subject) != RECORD_IDENTITY)
        return cli_misused(cli, _("recovery words sign a version of an "
                                  "identity, and nothing else"));
    if (answer->key_name != NULL || answer->sequence > 0)
        return cli_misused(cli, _("the words are the key, outside any "
                                  "sequence: neither --as nor --sequence"));
    code = recovery_words_read(cli, &run->words, &secret);
    if (code == CLI_DONE)
        answer_take_key(answer, _("the recovery words"), secret);
    return code;
}

static int
cosign(struct cli *cli, struct run *run)
{
    struct publish_answer record = {.cosign = &run->cosign};
    int code = answer_open(cli, &run->answer);

    if (code == CLI_DONE)
        code = open_sealed(cli, run);
    if (code == CLI_DONE)
        code = check_kind(cli, run);
    if (code == CLI_DONE)
        code = take_files(cli, run);
    if (code == CLI_DONE)
        code = check_files(cli, run);
    if (code == CLI_DONE)
        code = choose_key(cli, run);
    if (code == CLI_DONE)
        code = check_author(cli, run);
    if (code == CLI_DONE)
        code = check_is_new(cli, run);
    if (code != CLI_DONE)
        return code;
    if (run->answer.secret == NULL && !run->is_recovery)
        code = key_state_warn(cli, run->answer.store, run->answer.entry);
    if (code != CLI_DONE)
        return code;
    run->cosign.signs = run->answer.row.id;
    record.outside = run->is_recovery;
    code = answer_sign(cli, &run->answer, &record,
                       _("Sign this too, in public? [y/N] "));
    return code == CLI_DONE && run->answer.prepare == NULL &&
                   !run->answer.dry_run &&
                   record_kind(run->answer.subject) == RECORD_IDENTITY
               ? succession_state_tell(cli, record_id(run->answer.subject),
                                       cli->document, NULL)
               : code;
}

int
cmd_cosign(struct cli *cli, int argc, char **argv)
{
    static const struct option own[] = {
        {"file", required_argument, NULL, 'f'},
        {"sealed-key", required_argument, NULL, 's'},
        {"words", no_argument, NULL, 'w'},
        {"words-file", required_argument, NULL, 'W'},
        ANSWER_OPTIONS,
        ANSWER_APART_OPTIONS,
        {NULL, 0, NULL, 0},
    };
    struct run run = {.answer = {.source = PROMPT_SOURCE_NONE}};
    int code = CLI_DONE;
    int value;

    while ((value = cli_option(cli, argc, argv, own)) >= 0) {
        if (value == 's')
            run.sealed_key = optarg;
        else if (value == 'w')
            run.words.ask = true;
        else if (value == 'W')
            run.words.file = optarg;
        else if (value != 'f')
            code = answer_take_option(cli, &run.answer, value);
        else if (run.file_count == RECORD_FILES_MAX)
            code = cli_misused(cli, _("'%s' is one too many"), optarg);
        else
            run.files[run.file_count++] = optarg;
        if (code != CLI_DONE)
            return code;
    }
    CLI_OPTIONS_RETURN(value);
    code = answer_check_arguments(cli, &run.answer, argc - optind, 1,
                                  _("cosign takes one ID"));
    if (code != CLI_DONE)
        return code;
    if (run.answer.signed_folder != NULL)
        return answer_take_signed(cli, &run.answer, "cosign");
    run.answer.digits = argv[optind];
    code = cosign(cli, &run);
    answer_release(&run.answer);
    return code;
}
