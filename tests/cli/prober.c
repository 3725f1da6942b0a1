/*
 * For scripts: ask a listener of which one knows the address and nothing else,
 * in every way that a censor might.
 *
 *     prober storm ADDRESS PORT SECONDS SEEN [UNSEEN]
 *         SEEN is a message 1 that the listener has answered, UNSEEN one that
 *         never reached it.  Each probe goes over a connection of its own,
 *         which is watched for SECONDS and then half closed.  Without UNSEEN
 *         only what is made of SEEN is sent.
 *     prober answer ADDRESS PORT FILE
 *         Send FILE; an answer comes.
 *     prober crowd ADDRESS PORT COUNT STAY PROCESS
 *         COUNT connections from one address, with unread octets on each;
 *         PROCESS is the listener.  All but STAY are ended.  Says "there", and
 *         stays until standard input ends.
 *
 * The exit code is 0 if every probe had the one good outcome: no octet and no
 * end; and, once this side has said that it is done, a FIN and no RST.
 * PROBE_ALL in the environment: every length, cut and octet, and not some.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PROBE_SIZE_MAX ((size_t)70000)
#define LENGTH_MAX     ((size_t)2000)
#define PROBES_MAX     ((size_t)32768)
/* A listener lets go of the oldest when more are there from one /24. */
#define PREFIX_PROBES ((size_t)24)
#define PREFIXES      ((size_t)8)
#define AT_ONCE       (PREFIX_PROBES * PREFIXES)
/* Between the halves of a probe that comes in two. */
#define HALF_MS     50
#define PATIENCE_MS 20000

enum kind {
    KIND_RANDOM,
    KIND_ZEROS,
    KIND_PRINTABLE,
    KIND_TLS,
    KIND_HTTP,
    KIND_CUT,      /* UNSEEN, its first octets */
    KIND_BENT,     /* UNSEEN, one bit changed */
    KIND_REPLAY,   /* SEEN, its first octets */
    KIND_REPLAY_ON /* SEEN, and more */
};

static const char *const kind_names[] = {"random", "zeros",  "printable",
                                         "TLS",    "HTTP",   "cut",
                                         "bent",   "replay", "replay on"};

struct probe {
    enum kind kind;
    size_t size;  /* of what is sent */
    size_t where; /* KIND_BENT: the bit */
};

/* What a connection has shown of the other side. */
struct outcome {
    size_t octets;
    bool fin;
    bool reset;
};

struct connection {
    int socket;
    const struct probe *probe;
    struct outcome before; /* we are done */
    struct outcome after;
};

struct octets {
    uint8_t data[PROBE_SIZE_MAX];
    size_t size;
};

static struct octets seen, unseen;
static struct probe probes[PROBES_MAX];
static size_t probe_count;
static struct connection connections[AT_ONCE];
static struct sockaddr_in listener;

static void
give_up(const char *why)
{
    perror(why);
    exit(2);
}

/* The same octets in every run: splitmix64. */
static uint8_t
next_octet(void)
{
    static uint64_t state;
    uint64_t mixed = state += 0x9e3779b97f4a7c15U;

    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
    return (uint8_t)(mixed >> 56);
}

static void
read_octets(struct octets *out, const char *file)
{
    FILE *stream = fopen(file, "rb");

    if (stream == NULL)
        give_up(file);
    out->size = fread(out->data, 1, LENGTH_MAX, stream);
    (void)fclose(stream);
    if (out->size == 0)
        give_up(file);
}

static void
wait_ms(long milliseconds)
{
    struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};

    (void)nanosleep(&time, NULL);
}

static int64_t
now_ms(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Probes. */

static void
add(enum kind kind, size_t size, size_t where)
{
    if (probe_count == PROBES_MAX)
        give_up("too many probes");
    probes[probe_count++] = (struct probe){kind, size, where};
}

/* Lengths at which a listener could change its mind: around powers of two,
 * segments, and what message 1 is made of. */
static bool
is_telling(size_t length)
{
    static const size_t edges[] = {0,    8,    32,   50,   64,        78,
                                   86,   104,  128,  256,  512,       894,
                                   1024, 1200, 1460, 1500, LENGTH_MAX};

    if (getenv("PROBE_ALL") != NULL)
        return true;
    for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++)
        if (length + 1 >= edges[i] && length <= edges[i] + 1)
            return true;
    return false;
}

static void
add_replays(void)
{
    for (size_t cut = 0; cut < seen.size; cut++)
        if (is_telling(cut) || cut % 64 == 0 || cut + 1 == seen.size)
            add(KIND_REPLAY, cut, 0);
    for (size_t i = 0; i < 8; i++) {
        add(KIND_REPLAY, seen.size, 0);
        add(KIND_REPLAY_ON, seen.size + (size_t)1 * (i * i * 100), 0);
    }
}

static void
add_all(void)
{
    for (size_t length = 0; length <= LENGTH_MAX; length++)
        for (int kind = KIND_RANDOM; is_telling(length) && kind <= KIND_HTTP;
             kind++)
            add((enum kind)kind, length, 0);
    for (size_t cut = 0; cut < unseen.size; cut++)
        if (is_telling(cut) || cut % 16 == 0 || cut + 1 == unseen.size)
            add(KIND_CUT, cut, 0);
    for (size_t i = 0; i < unseen.size; i++)
        if (is_telling(i) || i % 4 == 0)
            add(KIND_BENT, unseen.size, 8 * i + i / 4 % 8);
}

/* The octets of probe. */
static void
fill(const struct probe *probe, uint8_t *out)
{
    static const char http[] = "GET / HTTP/1.1\r\nHost: example.org\r\n"
                               "User-Agent: Mozilla/5.0\r\nAccept: */*\r\n\r\n";
    /* A record of a ClientHello of TLS 1.2, so far as it is fixed. */
    static const uint8_t tls[] = {22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3};

    for (size_t i = 0; i < probe->size; i++)
        out[i] = probe->kind == KIND_ZEROS ? 0 : next_octet();
    switch (probe->kind) {
    case KIND_RANDOM:
    case KIND_ZEROS:
        break;
    case KIND_PRINTABLE:
        for (size_t i = 0; i < probe->size; i++)
            out[i] = (uint8_t)(' ' + out[i] % 95);
        break;
    case KIND_TLS:
        memcpy(out, tls, probe->size < sizeof(tls) ? probe->size : sizeof(tls));
        break;
    case KIND_HTTP:
        for (size_t i = 0; i < probe->size; i++)
            out[i] = (uint8_t)http[i % (sizeof(http) - 1)];
        break;
    case KIND_CUT:
    case KIND_BENT:
        memcpy(out, unseen.data, probe->size);
        if (probe->kind == KIND_BENT)
            out[probe->where / 8] ^= (uint8_t)(1U << probe->where % 8);
        break;
    case KIND_REPLAY:
    case KIND_REPLAY_ON:
        memcpy(out, seen.data,
               probe->size < seen.size ? probe->size : seen.size);
        break;
    }
}

/* Connections. */

/* From an address of the prefix with that number, where there is one. */
static int
connect_from(size_t prefix)
{
    struct sockaddr_in here = {.sin_family = AF_INET};
    int made = socket(AF_INET, SOCK_STREAM, 0);

    here.sin_addr.s_addr =
        htonl((uint32_t)(0x7f000001U + ((uint32_t)prefix << 8)));
    if (made < 0 ||
        (prefix > 0 &&
         bind(made, (struct sockaddr *)&here, sizeof(here)) != 0) ||
        connect(made, (struct sockaddr *)&listener, sizeof(listener)) != 0)
        give_up("connect");
    return made;
}

static void
send_all(int socket, const uint8_t *octets, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(socket, octets, size, 0);

        if (sent < 0 && (errno == EPIPE || errno == ECONNRESET))
            return; /* the outcome will tell */
        if (sent < 0)
            give_up("send");
        octets += sent;
        size -= (size_t)sent;
    }
}

static bool
has_ended(const struct outcome *outcome)
{
    return outcome->fin || outcome->reset;
}

/* Take note of what has come from the other side. */
static void
look(int socket, struct outcome *outcome)
{
    uint8_t octets[4096];
    ssize_t size = recv(socket, octets, sizeof(octets), MSG_DONTWAIT);

    if (size > 0)
        outcome->octets += (size_t)size;
    else if (size == 0)
        outcome->fin = true;
    else if (errno != EAGAIN)
        outcome->reset = true;
}

/* Watch connections until all have ended, or for so long. */
static void
watch(size_t count, int64_t milliseconds, bool after)
{
    const int64_t until = now_ms() + milliseconds;
    struct pollfd polled[AT_ONCE];

    for (;;) {
        const int64_t left = until - now_ms();
        size_t open = 0;

        for (size_t i = 0; i < count; i++) {
            struct connection *each = &connections[i];
            struct outcome *outcome = after ? &each->after : &each->before;

            polled[i] = (struct pollfd){-1, POLLIN, 0};
            if (!has_ended(outcome))
                look(each->socket, outcome);
            if (has_ended(outcome))
                continue;
            polled[i].fd = each->socket;
            open++;
        }
        if (open == 0 || left <= 0)
            return;
        if (poll(polled, (nfds_t)count, (int)left) < 0)
            give_up("poll");
    }
}

static bool
is_good(const struct connection *connection)
{
    const struct outcome *before = &connection->before;
    const struct outcome *after = &connection->after;

    return before->octets == 0 && !has_ended(before) && after->octets == 0 &&
           after->fin && !after->reset;
}

static void
describe(const struct connection *connection)
{
    const struct probe *probe = connection->probe;
    const struct outcome *before = &connection->before;
    const struct outcome *after = &connection->after;

    (void)printf("%s of %zu octets (%zu): %zu octets back%s%s, then %zu%s%s\n",
                 kind_names[probe->kind], probe->size, probe->where,
                 before->octets, before->fin ? ", FIN" : "",
                 before->reset ? ", RST" : "", after->octets,
                 after->fin ? ", FIN" : "", after->reset ? ", RST" : "");
}

/* Some probes at once, every second one in two halves; how many ended other
 * than they should. */
static size_t
send_batch(const struct probe *first, size_t count, int64_t milliseconds)
{
    static struct octets octets[AT_ONCE];
    size_t faults = 0;

    for (size_t i = 0; i < count; i++) {
        const size_t half = i % 2 == 0 ? first[i].size : first[i].size / 2;

        connections[i] = (struct connection){
            .socket = connect_from(i / PREFIX_PROBES), .probe = &first[i]};
        fill(&first[i], octets[i].data);
        send_all(connections[i].socket, octets[i].data, half);
        octets[i].size = half;
    }
    wait_ms(HALF_MS);
    for (size_t i = 0; i < count; i++)
        send_all(connections[i].socket, octets[i].data + octets[i].size,
                 first[i].size - octets[i].size);
    watch(count, milliseconds, false);
    for (size_t i = 0; i < count; i++)
        (void)shutdown(connections[i].socket, SHUT_WR);
    watch(count, PATIENCE_MS, true);
    for (size_t i = 0; i < count; i++) {
        if (!is_good(&connections[i]) && ++faults <= 20)
            describe(&connections[i]);
        (void)close(connections[i].socket);
    }
    return faults;
}

static int
storm(int64_t milliseconds)
{
    size_t faults = 0;

    if (unseen.size > 0)
        add_all();
    add_replays();
    for (size_t i = 0; i < probe_count; i += AT_ONCE)
        faults += send_batch(
            &probes[i], probe_count - i < AT_ONCE ? probe_count - i : AT_ONCE,
            milliseconds);
    (void)printf("%zu probes of %lld ms, %zu not as they should be\n",
                 probe_count, (long long)milliseconds, faults);
    return faults == 0 ? 0 : 1;
}

static int
answer(void)
{
    struct pollfd polled = {connect_from(0), POLLIN, 0};
    struct outcome outcome = {0, false, false};

    send_all(polled.fd, seen.data, seen.size);
    (void)poll(&polled, 1, PATIENCE_MS);
    look(polled.fd, &outcome);
    (void)close(polled.fd);
    (void)printf("%zu octets\n", outcome.octets);
    return outcome.octets > 0 ? 0 : 1;
}

static size_t
count_ended(size_t count)
{
    size_t ended = 0;

    for (size_t i = 0; i < count; i++)
        if (has_ended(&connections[i].before))
            ended++;
    return ended;
}

/* The listener is halted meanwhile, so that it finds everything at once. */
static int
crowd(size_t count, size_t stay, pid_t process)
{
    static const struct probe probe = {KIND_RANDOM, 60000, 0};
    static struct octets octets;
    const int64_t until = now_ms() + PATIENCE_MS;
    size_t faults = 0;

    if (count > AT_ONCE || kill(process, SIGSTOP) != 0)
        give_up("halt");
    for (size_t i = 0; i < count; i++) {
        connections[i] = (struct connection){connect_from(0), &probe, {0}, {0}};
        fill(&probe, octets.data);
        send_all(connections[i].socket, octets.data, probe.size);
    }
    (void)kill(process, SIGCONT);
    while (count_ended(count) < count - stay && now_ms() < until)
        watch(count, 100, false);
    watch(count, 1000, false);
    if (count_ended(count) != count - stay) {
        (void)printf("%zu of %zu ended\n", count_ended(count), count);
        faults++;
    }
    (void)puts("there");
    (void)fflush(stdout);
    while (getchar() != EOF)
        continue;
    watch(count, 100, false);
    for (size_t i = 0; i < count; i++)
        if (connections[i].before.octets > 0 || connections[i].before.reset) {
            describe(&connections[i]);
            faults++;
        }
    return faults == 0 ? 0 : 1;
}

int
main(int argc, char **argv)
{
    (void)signal(SIGPIPE, SIG_IGN);
    if (argc < 5 || inet_pton(AF_INET, argv[2], &listener.sin_addr) != 1)
        give_up("see the top of prober.c");
    listener.sin_family = AF_INET;
    listener.sin_port = htons((uint16_t)strtoul(argv[3], NULL, 10));
    if (strcmp(argv[1], "storm") == 0 && argc >= 6) {
        read_octets(&seen, argv[5]);
        if (argc > 6)
            read_octets(&unseen, argv[6]);
        return storm(strtoll(argv[4], NULL, 10) * 1000);
    }
    if (strcmp(argv[1], "answer") == 0) {
        read_octets(&seen, argv[4]);
        return answer();
    }
    if (strcmp(argv[1], "crowd") == 0 && argc == 7)
        return crowd(strtoul(argv[4], NULL, 10), strtoul(argv[5], NULL, 10),
                     (pid_t)strtol(argv[6], NULL, 10));
    give_up("see the top of prober.c");
}
