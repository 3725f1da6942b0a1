#include "cli/subject_sealed.h"

#include <string.h>

#include "bundles/opening.h"
#include "bundles/store_mem.h"
#include "cli/cli_clock.h"
#include "cli/conclusion.h"
#include "cli/document.h"
#include "cli/i18n.h"
#include "cli/sealed_keys.h"
#include "core/limits.h"
#include "core/mem.h"

/* A box from a folder, and what the store needs for itself. */
#define BOX_BUDGET ((uint64_t)SEALED_BOX_MAX * 2)

/* Find the key: the author's release before any other. */
static int
find_key(struct cli *cli, const struct subject_context *context,
         const struct subject *subject, const char *path,
         struct subject_sealed *out)
{
    const struct record_id *id = record_id(subject->record);
    struct release release;
    enum status status = STATUS_OK;
    bool is_own = false;
    int code = CLI_DONE;

    /* A key that was given is judged, whether it is needed or not. */
    if (path != NULL) {
        code = sealed_keys_read(cli, path, id, out->key);
        out->state = SUBJECT_KEY_GIVEN;
    } else if (context->store != NULL) {
        code = sealed_keys_find(cli, id, out->key, &is_own);
        out->state = is_own ? SUBJECT_KEY_OWN : SUBJECT_CLOSED;
    }
    if (code == CLI_DONE && out->state != SUBJECT_CLOSED &&
        !sealed_is_key(&out->fields, out->key))
        code = cli_fail(cli, CLI_KEY, NULL,
                        _("this is not the key that it was sealed with"));
    if (code != CLI_DONE || context->store == NULL)
        return code;
    status = opening_find_release(&out->release, &release, context->store,
                                  context->trust, subject->record);
    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
    if (out->release != NULL) {
        memcpy(out->key, release.key, SEALED_KEY_SIZE);
        out->state = SUBJECT_RELEASED;
    }
    mem_wipe(&release, sizeof(release));
    return CLI_DONE;
}

/* Open it into out->aside; the statement is the caller's.  The box of a folder
 * goes into memory first. */
static enum status
open_inside(struct cli *cli, const struct subject_context *context,
            const struct subject *subject, struct subject_sealed *out,
            struct record **inner)
{
    struct opening_place place = {.keeping = STORE_FOLLOWED,
                                  .today = cli_clock_today()};
    struct parcel_import outcome;
    struct store *box = NULL;
    enum status status = STATUS_OK;

    if (subject->parcel != NULL)
        status = store_mem_new(&box, BOX_BUDGET, &cli->entropy);
    if (status == STATUS_OK && subject->parcel != NULL)
        status = parcel_import(&outcome, box, subject->parcel, STORE_FOLLOWED,
                               place.today);
    if (status == STATUS_OK)
        status = opening_make_aside(inner, &place, &cli->entropy,
                                    box == NULL ? context->store : box,
                                    subject->record, out->key);
    out->aside = place.store;
    store_free(box);
    return status;
}

/* Judge what was inside, as any statement. */
static int
judge(struct cli *cli, const struct subject_context *context,
      const struct subject *subject, struct subject_sealed *out,
      struct record *inner)
{
    enum status status;

    out->inside.record = inner;
    out->inside.store = out->aside;
    out->inside.state = STORE_COMPLETE;
    out->is_open = true;
    status = subject_judge(context, &out->inside);
    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
    /* It came when its box did. */
    out->inside.verdict.revoked.is_early = subject->verdict.revoked.is_early;
    /* --key was about the one who signed both. */
    if (subject->verdict.standing == VERDICT_VERIFIED &&
        out->inside.verdict.standing == VERDICT_UNKNOWN)
        out->inside.verdict.standing = VERDICT_VERIFIED;
    return CLI_DONE;
}

int
subject_sealed_open(struct cli *cli, const struct subject_context *context,
                    const struct subject *subject, const char *key_path,
                    struct subject_sealed *out)
{
    struct record *inner = NULL;
    enum status status;
    int code;

    memset(out, 0, sizeof(*out));
    out->is_sealed = sealed_read(&out->fields, subject->record) == STATUS_OK;
    if (!out->is_sealed)
        return key_path == NULL
                   ? CLI_DONE
                   : cli_misused(cli, _("--sealed-key opens a sealed "
                                        "statement, and this is none"));
    code = find_key(cli, context, subject, key_path, out);
    if (code != CLI_DONE || out->state == SUBJECT_CLOSED ||
        subject->state != STORE_COMPLETE)
        return code;
    status = open_inside(cli, context, subject, out, &inner);
    if (status == STATUS_BAD_SIGNATURE || status == STATUS_MALFORMED)
        return cli_fail(cli, CLI_NOT_VERIFIED, NULL,
                        _("NOT VERIFIED: what is inside is not what was "
                          "sealed"));
    out->is_newer = status == STATUS_NEWER;
    if (status != STATUS_OK && status != STATUS_NEWER)
        return cli_fail_store(cli, status);
    return out->is_newer ? CLI_DONE : judge(cli, context, subject, out, inner);
}

void
subject_sealed_release(struct subject_sealed *sealed)
{
    subject_release(&sealed->inside);
    record_free(sealed->release);
    store_free(sealed->aside);
    mem_wipe(sealed, sizeof(*sealed));
}

int
subject_sealed_say(struct cli *cli, const struct subject_sealed *sealed)
{
    char day[DAY_TEXT_SIZE];

    if (!sealed->is_sealed || sealed->is_open)
        return CLI_DONE;
    if (sealed->is_newer)
        return cli_fail(cli, CLI_FAILED, NULL,
                        _("what was sealed needs a newer p2pub"));
    if (!sealed->fields.has_opens)
        return cli_fail(cli, CLI_NOT_FOUND, NULL,
                        _("sealed: its author announced no day; nothing can be "
                          "shown until the key arrives"));
    day_format(sealed->fields.opens, day);
    return cli_fail(cli, CLI_NOT_FOUND, NULL,
                    _("sealed: its author announced it for %s; nothing can be "
                      "shown until the key arrives"),
                    day);
}

static const char *
state_word(enum subject_sealed_state state)
{
    switch (state) {
    case SUBJECT_CLOSED:
        return "closed";
    case SUBJECT_RELEASED:
        return "released";
    case SUBJECT_KEY_GIVEN:
    case SUBJECT_KEY_OWN:
        return "key_given";
    }
    return "";
}

void
subject_sealed_add(json_t *object, const struct subject_sealed *sealed)
{
    const struct record *release = sealed->release;
    json_t *statement = NULL;
    json_t *member;

    if (!sealed->is_sealed)
        return;
    member = json_object();
    if (sealed->is_open) {
        statement = json_object();
        conclusion_add(statement, &sealed->inside);
        (void)json_object_set_new(
            object, "title", document_text(sealed->inside.statement.title));
        (void)json_object_set_new(object, "titles",
                                  document_titles(&sealed->inside.statement));
    }
    (void)json_object_set_new(member, "opens",
                              sealed->fields.has_opens
                                  ? document_day(sealed->fields.opens)
                                  : json_null());
    (void)json_object_set_new(member, "state",
                              json_string(state_word(sealed->state)));
    (void)json_object_set_new(member, "by",
                              release == NULL
                                  ? json_null()
                                  : document_key(&record_fields(release)->key));
    (void)json_object_set_new(member, "released",
                              release == NULL
                                  ? json_null()
                                  : document_day(record_fields(release)->date));
    (void)json_object_set_new(
        member, "release",
        release == NULL ? json_null() : document_id(record_id(release)));
    (void)json_object_set_new(member, "seals",
                              document_id(&sealed->fields.seals));
    (void)json_object_set_new(member, "statement",
                              statement == NULL ? json_null() : statement);
    (void)json_object_set_new(object, "sealed", member);
}
