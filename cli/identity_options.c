#include "cli/identity_options.h"

#include <string.h>

#include "bundles/record_field.h"
#include "cli/i18n.h"
#include "cli/publisher.h"
#include "core/limits.h"
#include "core/text.h"

int
identity_options_add_recovery(struct cli *cli, struct identity_options *options,
                              const char *key)
{
    struct key_public *out;
    int code;

    if (options->recovery_count == IDENTITY_RECOVERY_MAX)
        return cli_misused(cli, _("at most %zu recovery keys"),
                           IDENTITY_RECOVERY_MAX);
    out = &options->recovery[options->recovery_count];
    code = publisher_read_key(cli, key, out);
    if (code != CLI_DONE)
        return code;
    for (size_t i = 0; i < options->recovery_count; i++)
        if (key_author_equal(&options->recovery[i].author, &out->author))
            return cli_misused(cli,
                               _("'%s' is a recovery key already: each "
                                 "counts once"),
                               key);
    options->recovery_count++;
    return CLI_DONE;
}

int
identity_options_set_threshold(struct cli *cli,
                               struct identity_options *options,
                               const char *number)
{
    uint64_t value;

    if (text_decimal_parse(&value, IDENTITY_RECOVERY_MAX,
                           byte_view_of_text(number)) != STATUS_OK)
        return cli_misused(cli,
                           _("--threshold takes a number of recovery "
                             "keys, 1 to %zu, not '%s'"),
                           IDENTITY_RECOVERY_MAX, number);
    if (value == 0)
        return cli_misused(cli, _("--threshold 0: then anybody could replace "
                                  "the key"));
    options->has_threshold = true;
    options->threshold = (uint32_t)value;
    return CLI_DONE;
}

/* Put the new name, whose language is the last of languages, where it
 * belongs. */
static int
insert_name(struct cli *cli, struct identity_options *options,
            struct byte_view text)
{
    const struct byte_view language =
        byte_view_of_text(options->languages[options->name_count]);
    size_t at = options->name_count;

    for (size_t i = 0; i < options->name_count; i++)
        if (byte_view_equal(options->names[i].language, language))
            return cli_misused(cli, _("--name-in: two names in '%s'"),
                               options->languages[options->name_count]);
    while (at > 0 &&
           byte_view_compare(options->names[at - 1].language, language) > 0) {
        options->names[at] = options->names[at - 1];
        at--;
    }
    options->names[at].language = language;
    options->names[at].text = text;
    options->name_count++;
    return CLI_DONE;
}

int
identity_options_add_name(struct cli *cli, struct identity_options *options,
                          const char *name)
{
    const char *equal = strchr(name, '=');
    struct byte_view text;
    char *language;

    if (options->name_count == IDENTITY_NAMES_MAX)
        return cli_misused(cli, _("at most %zu names in other languages"),
                           IDENTITY_NAMES_MAX);
    language = options->languages[options->name_count];
    if (equal == NULL)
        return cli_misused(cli, _("--name-in takes LANGUAGE=NAME, not '%s'"),
                           name);
    text = byte_view_of_text(equal + 1);
    if (language_canonical(language,
                           byte_view_of(name, (size_t)(equal - name))) !=
            STATUS_OK ||
        strcmp(language, "und") == 0)
        return cli_misused(cli,
                           _("--name-in: '%.*s' is no language tag, as "
                             "'ru' or 'kk-Latn' are"),
                           (int)(equal - name), name);
    if (text.size > IDENTITY_NAME_MAX || !record_field_is_text(text))
        return cli_misused(cli,
                           _("--name-in: a name is one line of 1 to %zu "
                             "octets, without control characters and "
                             "without blanks around it"),
                           IDENTITY_NAME_MAX);
    return insert_name(cli, options, text);
}

int
identity_options_set_web(struct cli *cli, struct identity_options *options,
                         const char *web)
{
    if (web[0] != '\0' && !identity_is_web(byte_view_of_text(web)))
        return cli_misused(cli,
                           _("--web takes an address as "
                             "https://example.org/, of at most %zu "
                             "octets and in ASCII, not '%s'"),
                           IDENTITY_WEB_MAX, web);
    options->web = web;
    return CLI_DONE;
}

bool
identity_options_are_given(const struct identity_options *options)
{
    return options->recovery_count > 0 || options->has_threshold ||
           options->name_count > 0 || options->web != NULL;
}

static int
check(struct cli *cli, const struct identity *identity,
      const struct key_author *author)
{
    const unsigned long t = identity->threshold;
    const size_t n = identity->recovery_count;

    for (size_t i = 0; author != NULL && i < n; i++)
        if (key_author_equal(&identity->recovery[i].author, author))
            return cli_misused(cli, _("the key itself cannot be one of its "
                                      "recovery keys"));
    if (t > n)
        return cli_misused(cli,
                           _("--threshold %lu, and only %zu recovery "
                             "keys: nobody could ever replace the key"),
                           t, n);
    if (2 * t <= n)
        return cli_misused(cli,
                           _("--threshold %lu of %zu recovery keys: it "
                             "is to be more than half of them, or two "
                             "groups could each name a successor"),
                           t, n);
    return CLI_DONE;
}

int
identity_options_apply(struct cli *cli, const struct identity_options *options,
                       const struct key_author *author,
                       struct identity *identity)
{
    if (options->recovery_count > 0) {
        if (identity->recovery_count != options->recovery_count)
            identity->threshold = (uint32_t)(options->recovery_count / 2 + 1);
        identity->recovery_count = options->recovery_count;
        memcpy(identity->recovery, options->recovery,
               sizeof(identity->recovery));
    }
    if (options->has_threshold)
        identity->threshold = options->threshold;
    if (options->name_count > 0) {
        identity->name_count = options->name_count;
        memcpy(identity->names, options->names, sizeof(identity->names));
    }
    if (options->web != NULL)
        identity->web = byte_view_of_text(options->web);
    return check(cli, identity, author);
}
