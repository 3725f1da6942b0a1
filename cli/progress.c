#include "cli/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "core/bytes.h"
#include "core/text.h"

/* Milliseconds of silence, and then between two lines. */
#define SILENT_MS 1000
#define EVERY_MS  250
/* Columns of a line: a telephone's, less the one that wraps. */
#define COLUMNS 39

void
progress_begin(struct progress *progress, const struct cli *cli,
               struct mono_time now)
{
    progress->is_on = !cli->quiet && !cli->json && isatty(STDERR_FILENO) == 1;
    progress->due = mono_after(now, SILENT_MS);
    progress->columns = 0;
}

/* Write text over what stands there. */
static void
rewrite(struct progress *progress, const char *text, size_t columns)
{
    size_t blanks =
        progress->columns > columns ? progress->columns - columns : 0;

    (void)fprintf(stderr, "\r%s%*s%s", text, (int)blanks, "",
                  columns == 0 ? "\r" : "");
    (void)fflush(stderr);
    progress->columns = columns;
}

void
progress_show(struct progress *progress, struct mono_time now,
              const char *format, ...)
{
    struct byte_buf safe;
    va_list arguments;
    char line[256];
    const char *text = NULL;

    if (!progress->is_on || !mono_due(progress->due, now))
        return;
    progress->due = mono_after(now, EVERY_MS);
    va_start(arguments, format);
    (void)vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    byte_buf_init(&safe, sizeof(line) * 8);
    if (text_escape(&safe, byte_view_of_text(line), TEXT_ONE_LINE, COLUMNS) ==
        STATUS_OK)
        text = byte_buf_text(&safe);
    /* Without memory there is no line; the work goes on. */
    if (text != NULL)
        rewrite(progress, text, text_columns(byte_view_of_text(text)));
    byte_buf_release(&safe);
}

void
progress_end(struct progress *progress)
{
    if (progress->columns > 0)
        rewrite(progress, "", 0);
    progress->is_on = false;
}
