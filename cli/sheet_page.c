/*
 * The words on a sheet.
 */
#include <stdio.h>
#include <string.h>

#include "cli/i18n.h"
#include "cli/sheet.h"
#include "core/mem.h"
#include "core/paper.h"
#include "core/text.h"
#include "core/words.h"

/* Words of a recovery key in a row. */
#define WORDS_A_ROW 4

/* A page in the making; the first failure sticks. */
struct page {
    struct byte_buf *out;
    enum status status;
};

static void
add(struct page *page, const char *text)
{
    if (page->status == STATUS_OK)
        page->status = byte_buf_append_text(page->out, text);
}

static void
add_text(struct page *page, const char *text)
{
    if (page->status == STATUS_OK)
        page->status =
            text_escape(page->out, byte_view_of_text(text), TEXT_ONE_LINE, 0);
}

static void
add_words(struct page *page, const char *words)
{
    struct byte_view text = byte_view_of_text(words);

    for (size_t i = 1; i <= WORDS_SEED_COUNT; i++) {
        const struct byte_view word = words_take(&text);
        char cell[32];

        (void)snprintf(cell, sizeof(cell), "  %2zu %-*.*s%s", i,
                       WORDS_WORD_SIZE + 2, (int)word.size,
                       (const char *)word.data,
                       i % WORDS_A_ROW == 0 ? "\n" : "");
        add(page, cell);
        mem_wipe(cell, sizeof(cell));
    }
}

/* Whose sheet it is, in front and at the end. */
static void
add_name(struct page *page, const char *title, const char *name)
{
    add(page, title);
    add(page, "\n");
    add_text(page, name);
    add(page, "\n\n");
}

static void
add_owner(struct page *page, const struct sheet *sheet)
{
    char key[KEY_STRING_SIZE];

    key_public_format(&sheet->key, key);
    add(page, _("\nThe key, and the eight words by which people know it:\n"));
    add(page, "  ");
    add(page, key);
    add(page, "\n  ");
    add(page, sheet->fingerprint);
    add(page, "\n");
}

static void
recovery_page(struct page *page, const struct sheet *sheet)
{
    add_name(page, _("RECOVERY SHEET of the p2pub key"), sheet->name);
    add(page, _("Whoever reads these 24 words can take the place of this key; "
                "without them\n"
                "nobody can, once the key is lost, stolen or seized.\n\n"
                "Print this page and delete the file.  Keep the paper where "
                "those who might\n"
                "take your computer do not look, and away from the revocation "
                "sheet.\n\n"
                "To make a new key in the place of this one, which need not be "
                "there:\n\n"
                "  p2pub keys recover NAME --words\n\n"
                "with NAME as above, or with the key below.\n\n"));
    add_words(page, sheet->words);
    add_owner(page, sheet);
}

static void
revocation_page(struct page *page, const struct sheet *sheet)
{
    add_name(page, _("REVOCATION SHEET of the p2pub key"), sheet->name);
    /* No line of it may begin with SHEET_REVOCATION_WORD. */
    add(page,
        _("The key has signed here, in advance, that it is not to be trusted "
          "any more.\n"
          "Nobody has been told yet.  With this sheet it can be made public, "
          "and nothing\n"
          "else can be done: it signs no statement, and replaces no key.\n\n"
          "Print this page and delete the file.  Give the paper to somebody "
          "whom you trust\n"
          "and who can reach others when you cannot.  If the key is lost, "
          "stolen or seized,\n"
          "type the numbered lines into a file, or scan the code, and run\n\n"
          "  p2pub keys revoke --file FILE\n\n"
          "Readers are then told with everything that the key signed.  It "
          "cannot be undone.\n\n"));
    if (page->status == STATUS_OK)
        page->status = paper_write(page->out, SHEET_REVOCATION_WORD,
                                   record_wire(sheet->revocation));
    add_owner(page, sheet);
}

enum status
sheet_page(struct byte_buf *out, enum sheet_kind kind,
           const struct sheet *sheet)
{
    struct page page = {out, STATUS_OK};

    if (kind == SHEET_RECOVERY)
        recovery_page(&page, sheet);
    else
        revocation_page(&page, sheet);
    return page.status;
}
