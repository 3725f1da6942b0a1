/*
 * A page for a person: what a verdict says, and what was signed.
 *
 * Our words stand as they are; whatever comes from records passes text_escape.
 * Colour (with --color, else where stdout is a terminal and neither NO_COLOR
 * nor TERM=dumb is against it) stands beside words that say the same.
 *
 * Nothing that a stranger wrote may pass for our words.  Ours begin at the
 * first column; so a text of a line that is too long for the terminal goes on
 * below itself, and a page of a key that is not followed has RENDER_QUOTE in
 * front of each row.  Other pages are not wrapped.
 *
 * The first failure sticks; render_show says it.
 */
#ifndef P2PUB_CLI_RENDER_H
#define P2PUB_CLI_RENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/language.h"
#include "bundles/verdict.h"
#include "bundles/vouch.h"
#include "cli/cli.h"
#include "cli/subject.h"
#include "core/bytes.h"
#include "core/status.h"
#include "core/time.h"

struct render {
    struct byte_buf page;
    bool has_color;
    size_t width;  /* of the terminal, in columns; 0 for no bound */
    size_t column; /* that comes next */
    char language[LANGUAGE_TEXT_SIZE]; /* of titles; empty for none */
    enum status status;
};

#define RENDER_QUOTE "| "

/* An empty page; render_release it. */
void render_init(struct render *render, const struct cli *cli);
void render_release(struct render *render);

/* Our own words. */
void render_words(struct render *render, const char *words);

/* One line's worth of anybody's text; at most `columns` of it, 0 for all. */
void render_text(struct render *render, struct byte_view text, size_t columns);

/* Anybody's text of many lines, and a line end if it lacks one. */
void render_page(struct render *render, struct byte_view text);

/* The same with mark, or with RENDER_QUOTE, before each row; a mark stands
 * before an empty text too. */
void render_marked(struct render *render, const char *mark,
                   struct byte_view text);
void render_quote(struct render *render, struct byte_view text);

/* The word for a standing, in its colour, with blanks up to `columns`. */
void render_standing(struct render *render, enum verdict_standing standing,
                     size_t columns);

/* A line that begins with label, for render_words and render_text; and whole
 * ones. */
void render_label(struct render *render, const char *label);
void render_line(struct render *render, const char *label, const char *words);
void render_line_of_text(struct render *render, const char *label,
                         struct byte_view text);
void render_day(struct render *render, struct day day);
void render_id(struct render *render, const struct record_id *id,
               size_t digits);
void render_number(struct render *render, uint64_t number);

/* Columns of the words that say what stands in a line. */
#define RENDER_LABEL_COLUMNS 14

/* Digits of an id that list shows and that are typed again. */
#define RENDER_ID_DIGITS 12

/* The signer's name, and whose word it is if it is an introducer's; the words
 * where there is none. */
void render_signer_name(struct render *render,
                        const struct verdict_signer *signer);

/* All introducers' words for the author (cli/render_vouches.c), and what a
 * vouch says. */
void render_vouches(struct render *render,
                    const struct verdict_vouches *vouches);
/* The name of another key that it may be taken for. */
void render_alike(struct render *render, const struct verdict_vouches *vouches);
void render_vouch(struct render *render, const struct vouch *vouch);

/* That the record was withdrawn, when, and with_content why; nothing where it
 * stands. */
void render_withdrawn(struct render *render, const struct verdict *verdict,
                      bool with_content);

/* What is newer than the record, what is between, and what others say of it
 * (cli/render_corrections.c); and what the record itself says that it
 * replaces. */
void render_replaced(struct render *render, const struct verdict *verdict);
void render_replacements(struct render *render, const struct verdict *verdict);
void render_replaces(struct render *render, const struct subject *subject);

/* What translates the record and who says so, where else the text is to be had
 * in the reader's language, and what the record itself says that it translates
 * (cli/render_translations.c). */
void render_translations(struct render *render, const struct verdict *verdict);
void render_offer(struct render *render, const struct subject *subject);
void render_translates(struct render *render, const struct subject *subject);

/* That the key was revoked by itself, when, and whether the record came before
 * that; with_content why. */
void render_revoked(struct render *render, const struct verdict *verdict,
                    bool with_content);

/* That the key has ended, that versions of its identity are in conflict, and
 * what the record is as one of these (cli/render_lineage.c); and the words for
 * a record that is not by whom the reader follows. */
void render_lineage(struct render *render, const struct verdict *verdict);
const char *render_lineage_unknown(const struct verdict_lineage *lineage);

/* Who signed beside the author (cli/render_signatories.c): the named ones with
 * how many of them have, then others. */
void render_signatories(struct render *render, const struct subject *subject);

/* The verdict about subject, a line for each thing to say
 * (cli/render_verdict.c).  Of the statement itself (title, files, signatories)
 * only with_content. */
void render_verdict(struct render *render, const struct subject *subject,
                    bool with_content);

/* Print the page, through a pager if is_long.  Nothing with --json.  CLI_DONE,
 * or the exit code of what failed while it was made. */
int render_show(struct cli *cli, struct render *render, bool is_long);

#endif
