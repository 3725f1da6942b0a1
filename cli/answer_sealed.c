#include "cli/answer.h"
#include "cli/home.h"
#include "cli/subject_sealed.h"

/* What was sealed takes the place of what seals it. */
static void
take_inside(struct answer *answer, const struct subject_sealed *sealed)
{
    struct record *inside = sealed->inside.record;

    record_free(answer->subject);
    answer->subject = record_keep(inside);
    answer->row.id = *record_id(inside);
    answer->row.kind = record_kind(inside);
    answer->row.sequence = record_fields(inside)->sequence;
    answer->row.date = record_fields(inside)->date;
    answer->row.state = STORE_COMPLETE;
}

int
answer_open_sealed(struct cli *cli, struct answer *answer, const char *key_path,
                   bool *is_released)
{
    struct subject_context context = {.store = answer->store};
    struct subject subject = {.record = answer->subject,
                              .store = answer->store,
                              .state = answer->row.state};
    struct subject_sealed sealed;
    int code = home_open_trust(cli, &context.trust);

    *is_released = true;
    if (code != CLI_DONE)
        return code;
    code = subject_sealed_open(cli, &context, &subject, key_path, &sealed);
    if (code == CLI_DONE)
        code = subject_sealed_say(cli, &sealed);
    if (code == CLI_DONE && sealed.is_open) {
        *is_released = sealed.state == SUBJECT_RELEASED;
        take_inside(answer, &sealed);
    }
    subject_sealed_release(&sealed);
    trust_free(context.trust);
    return code;
}
