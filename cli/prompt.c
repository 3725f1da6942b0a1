#include "cli/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>

#include "cli/i18n.h"
#include "core/file.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/text.h"

/* Room for a passphrase and the CR that some systems' editors put behind it. */
#define SECRET_SIZE (PASSPHRASE_MAX + 2)
/* Misprints that are forgiven when a new passphrase is typed twice. */
#define ATTEMPTS_MAX 3

bool
prompt_can_ask(void)
{
    return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}

void
prompt_secret_release(struct prompt_secret *secret)
{
    mem_secret_free(secret->text);
    secret->text = NULL;
    secret->size = 0;
}

/* Lines. */

enum line_end {
    LINE_WHOLE,   /* a line end was read */
    LINE_LAST,    /* the input ended first */
    LINE_LONG,    /* it was longer than there is room for */
    LINE_STOPPED, /* by a signal that must be delivered */
    LINE_FAILED   /* see errno */
};

/* The signal that came while the echo was off; 0 for none. */
static volatile sig_atomic_t caught;

/* Wait until descriptor can be read, with the signals of waiting let through;
 * false if one came. */
static bool
wait_readable(int descriptor, const sigset_t *waiting)
{
    for (;;) {
        fd_set readable;

        FD_ZERO(&readable);
        FD_SET(descriptor, &readable);
        if (pselect(descriptor + 1, &readable, NULL, NULL, NULL, waiting) > 0)
            return true;
        if (errno != EINTR || caught != 0)
            return caught == 0;
    }
}

/*
 * Read a line into out, without its end and at most size octets of it.  Octet
 * by octet, so that a second line stays where it is for the next call.
 * waiting is NULL, or as for wait_readable.
 */
static enum line_end
read_line(int descriptor, const sigset_t *waiting, char *out, size_t size,
          size_t *used)
{
    bool is_long = false;
    char letter;

    *used = 0;
    for (;;) {
        ssize_t count;

        if (waiting != NULL && !wait_readable(descriptor, waiting))
            return LINE_STOPPED;
        count = read(descriptor, &letter, 1);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return LINE_FAILED;
        if (count == 0)
            return is_long ? LINE_LONG : LINE_LAST;
        if (letter == '\n')
            return is_long ? LINE_LONG : LINE_WHOLE;
        if (*used < size)
            out[(*used)++] = letter;
        else
            is_long = true;
    }
}

static int
secret_new(struct cli *cli, struct prompt_secret *out)
{
    out->text = mem_secret_alloc(SECRET_SIZE);
    out->size = 0;
    return out->text == NULL ? cli_fail_memory(cli) : CLI_DONE;
}

/* From a file or a descriptor. */

static int
check_line(struct cli *cli, enum line_end end, const char *name,
           struct prompt_secret *out)
{
    if (out->size > 0 && out->text[out->size - 1] == '\r')
        out->size--;
    out->text[out->size] = '\0';
    if (end == LINE_FAILED)
        return cli_fail(cli, CLI_KEY, NULL,
                        _("cannot read the passphrase from '%s': %s"), name,
                        strerror(errno));
    if (end == LINE_LONG || out->size > PASSPHRASE_MAX)
        return cli_fail(cli, CLI_KEY, NULL,
                        _("the passphrase in '%s' has over %zu octets"), name,
                        PASSPHRASE_MAX);
    if (out->size == 0)
        return cli_fail(cli, CLI_KEY, NULL,
                        _("there is no passphrase in '%s', or it is empty"),
                        name);
    return CLI_DONE;
}

/* The line after `skip` others. */
static int
take_line(struct cli *cli, int descriptor, const char *name, size_t skip,
          struct prompt_secret *out)
{
    int code = secret_new(cli, out);
    enum line_end end = LINE_WHOLE;

    if (code != CLI_DONE)
        return code;
    do {
        end =
            read_line(descriptor, NULL, out->text, SECRET_SIZE - 1, &out->size);
        if (skip > 0 && end != LINE_WHOLE)
            out->size = 0; /* too few lines, whatever the last one says */
    } while (skip-- > 0 && end == LINE_WHOLE);
    code = check_line(cli, end, name, out);
    if (code != CLI_DONE)
        prompt_secret_release(out);
    return code;
}

static int
take_from_file(struct cli *cli, const char *path, size_t skip,
               struct prompt_secret *out)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    int code;

    if (descriptor < 0)
        return cli_fail(cli, CLI_KEY, NULL,
                        _("cannot read the passphrase from '%s': %s"), path,
                        strerror(errno));
    code = take_line(cli, descriptor, path, skip, out);
    (void)close(descriptor);
    return code;
}

/* From the terminal. */

static void
on_signal(int number)
{
    caught = number;
}

/* What ends or stops a program from outside. */
static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};

#define ENDING_COUNT (sizeof(ending) / sizeof(ending[0]))

/* Signals as they were before the echo was switched off. */
struct signals {
    struct sigaction actions[ENDING_COUNT];
    sigset_t mask;
};

/* Catch them from here on, and only while wait_readable waits. */
static void
signals_hold(struct signals *before)
{
    struct sigaction action;
    sigset_t held;

    memset(&action, 0, sizeof(action));
    action.sa_handler = on_signal;
    (void)sigemptyset(&held);
    for (size_t i = 0; i < ENDING_COUNT; i++)
        (void)sigaddset(&held, ending[i]);
    (void)sigprocmask(SIG_BLOCK, &held, &before->mask);
    caught = 0;
    for (size_t i = 0; i < ENDING_COUNT; i++) {
        (void)sigaction(ending[i], NULL, &before->actions[i]);
        /* What nohup and its like have switched off stays so. */
        if (before->actions[i].sa_handler != SIG_IGN)
            (void)sigaction(ending[i], &action, NULL);
    }
}

static void
signals_release(const struct signals *before)
{
    for (size_t i = 0; i < ENDING_COUNT; i++)
        (void)sigaction(ending[i], &before->actions[i], NULL);
    (void)sigprocmask(SIG_SETMASK, &before->mask, NULL);
}

static void
ask(const char *question)
{
    (void)fflush(stdout);
    (void)fputs(question, stderr);
    (void)fflush(stderr);
}

/* Ask, and read_line without echo, which is off before anybody can answer and
 * put back whatever comes; a signal does afterwards what it does.  Whoever
 * stopped us and continues is to be asked again: LINE_STOPPED. */
static enum line_end
ask_hidden(const char *question, struct prompt_secret *out)
{
    struct termios shown;
    struct termios hidden;
    struct signals before;
    enum line_end end;

    if (tcgetattr(STDIN_FILENO, &shown) != 0)
        return LINE_FAILED;
    signals_hold(&before);
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    hidden.c_lflag |= ECHONL;
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    ask(question);
    end = read_line(STDIN_FILENO, &before.mask, out->text, PASSPHRASE_MAX,
                    &out->size);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    signals_release(&before);
    if (end == LINE_STOPPED)
        (void)raise(caught);
    return end;
}

/* A line without echo; too_long and nothing are what is said of one that is
 * none. */
static int
type_line(struct cli *cli, const char *question, struct prompt_secret *out,
          const char *too_long, const char *nothing)
{
    int code = secret_new(cli, out);
    enum line_end end = LINE_WHOLE;

    if (code != CLI_DONE)
        return code;
    do {
        end = ask_hidden(question, out);
    } while (end == LINE_STOPPED);
    if (end == LINE_WHOLE) {
        out->text[out->size] = '\0';
        return CLI_DONE;
    }
    prompt_secret_release(out);
    return cli_fail(cli, CLI_KEY, NULL, "%s",
                    end == LINE_LONG ? too_long : nothing);
}

static int
type_once(struct cli *cli, const char *question, struct prompt_secret *out)
{
    char too_long[128];

    (void)snprintf(too_long, sizeof(too_long),
                   _("the passphrase has over %zu octets"), PASSPHRASE_MAX);
    return type_line(cli, question, out, too_long,
                     _("no passphrase was given"));
}

int
prompt_hidden(struct cli *cli, const char *question, struct prompt_secret *out)
{
    return type_line(cli, question, out, _("this line is too long"),
                     _("nothing was given"));
}

static int
type_twice(struct cli *cli, struct prompt_secret *out)
{
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
        struct prompt_secret again = {NULL, 0};
        bool is_same;
        int code = type_once(cli, _("New passphrase: "), out);

        if (code != CLI_DONE)
            return code;
        if (out->size == 0) {
            prompt_secret_release(out);
            cli_warn(cli, "%s", _("an empty passphrase protects nothing"));
            continue;
        }
        code = type_once(cli, _("The same again: "), &again);
        is_same = code == CLI_DONE && again.size == out->size &&
                  mem_equal_secret(again.text, out->text, out->size);
        prompt_secret_release(&again);
        if (is_same)
            return CLI_DONE;
        prompt_secret_release(out);
        if (code != CLI_DONE)
            return code;
        cli_warn(cli, "%s", _("these two differ"));
    }
    return cli_fail(cli, CLI_KEY, NULL, _("no passphrase was given"));
}

static int
take_from_terminal(struct cli *cli, enum prompt_which which, const char *name,
                   struct prompt_secret *out)
{
    char question[TRUST_NAME_MAX + 64];
    char attempt[64];

    if (!prompt_can_ask()) {
        (void)snprintf(attempt, sizeof(attempt),
                       "p2pub %s%s%s --passphrase-file FILE",
                       cli->command->name, cli->verb == NULL ? "" : " ",
                       cli->verb == NULL ? "" : cli->verb);
        return cli_fail(cli, CLI_KEY, attempt,
                        _("the key '%s' needs a passphrase, and there is no "
                          "terminal to ask on"),
                        name);
    }
    if (which != PROMPT_CURRENT)
        return type_twice(cli, out);
    (void)snprintf(question, sizeof(question), _("Passphrase of '%s': "), name);
    return type_once(cli, question, out);
}

bool
prompt_source_is_given(const struct prompt_source *source)
{
    return source->file != NULL || source->descriptor >= 0;
}

bool
prompt_take_option(struct cli *cli, struct prompt_source *source, int option,
                   int *code)
{
    uint64_t number;

    *code = CLI_DONE;
    if (option == PROMPT_OPTION_FILE) {
        source->file = optarg;
        return true;
    }
    if (option != PROMPT_OPTION_DESCRIPTOR)
        return false;
    if (text_decimal_parse(&number, INT_MAX, byte_view_of_text(optarg)) ==
        STATUS_OK)
        source->descriptor = (int)number;
    else
        *code = cli_misused(cli, _("--passphrase-fd takes a number, not '%s'"),
                            optarg);
    return true;
}

int
prompt_passphrase(struct cli *cli, const struct prompt_source *source,
                  enum prompt_which which, const char *name,
                  struct prompt_secret *out)
{
    out->text = NULL;
    out->size = 0;
    if (source->file != NULL)
        return take_from_file(cli, source->file,
                              which == PROMPT_REPLACEMENT ? 1 : 0, out);
    /* A descriptor stands behind the first line by then. */
    if (source->descriptor >= 0)
        return take_line(cli, source->descriptor, "--passphrase-fd", 0, out);
    return take_from_terminal(cli, which, name, out);
}

bool
prompt_line(const char *question, char *out, size_t size)
{
    enum line_end end = LINE_WHOLE;
    size_t used;

    ask(question);
    end = read_line(STDIN_FILENO, NULL, out, size - 1, &used);
    out[end == LINE_WHOLE ? used : 0] = '\0';
    return end == LINE_WHOLE && used > 0;
}

bool
prompt_yes(const char *question)
{
    char answer[16];

    if (!prompt_line(question, answer, sizeof(answer)))
        return false;
    /* The letter of "yes" in English works in every language. */
    return answer[0] == 'y' || answer[0] == 'Y' ||
           strcmp(answer, _("yes")) == 0;
}
