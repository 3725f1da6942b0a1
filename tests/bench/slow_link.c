/*
 * A slow link between two networks, for the benches:
 *
 *     slow_link RATE DELAY LOSS QUEUE SEED REPORT [CUT]
 *
 * Makes the network interface slow0 with address 10.9.0.1 where it was
 * started, and the same with 10.9.0.2 in a new network of its own, into which
 * others come by `nsenter --net=/proc/PID/ns/net`.  What leaves one arrives at
 * the other as over a link with these properties in either direction:
 *
 *     RATE    bit/s, of which each packet takes its size with an Ethernet
 *             header; 0 for no limit
 *     DELAY   milliseconds one way, behind the time that the rate takes
 *     LOSS    packets lost of 1,000, evenly, each by itself
 *     QUEUE   octets that wait for the rate at most; what comes when they do
 *             is lost
 *     SEED    the n-th packet of a direction is lost or not by seed alone
 *     REPORT  file for the report
 *     CUT     milliseconds after the first packet at which nothing passes any
 *             more, and nobody is told
 *
 * These are packets of the kernel's own TCP: handshake, acknowledgements,
 * retransmission and congestion control are what they are, and so is the
 * count.  It needs CAP_NET_ADMIN and /dev/net/tun, but no module with queueing
 * disciplines.
 *
 * Prints one line when the interfaces are there.  REPORT is written on SIGUSR1
 * (there is none before, and then it is whole), and at SIGTERM, which ends it:
 *
 *     {"out": {"packets": 7, "octets": 520, "payload": 58, "lost": 0,
 *      "overflowed": 0, "first": 0.000, "last": 1.204}, "in": {...}}
 *
 * out is from the network where it was started, in is to it.  octets are those
 * of whole packets with Ethernet headers, payload those that TCP carries; both
 * of all that was sent, also what was lost on the way.  Times are in seconds
 * since the first packet of either direction, when it was sent.
 *
 * If the environment has TRACE, that file gets a line for each packet:
 *
 *     0.100 out 590 524 .P      when, direction, octets, payload, TCP's flags
 */
/* Networks of one's own are Linux's. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#    include <arpa/inet.h>
#    include <linux/if_tun.h>
#    include <net/if.h>
#    include <sys/ioctl.h>
#    include <sys/socket.h>

#    define PACKET_MAX   1500
#    define ETHERNET     14 /* octets of a header of Ethernet */
#    define IP           20 /* octets of a header of IP, options left out */
#    define TCP          20
#    define PROTOCOL_TCP 6
#    define TCP_FLAGS    13    /* where they are in its header */
#    define FLIGHT_MAX   16384 /* packets under way in a direction */
#    define NEVER        UINT64_MAX

struct packet {
    uint64_t arrival; /* microseconds */
    uint16_t size;
    uint8_t octets[PACKET_MAX];
};

struct direction {
    int from;
    int to;
    uint64_t random;
    uint64_t free_at; /* when the sender has sent all that waits */
    struct packet *packets;
    size_t oldest;
    size_t count;

    uint64_t packets_sent;
    uint64_t octets;
    uint64_t payload;
    uint64_t lost;
    uint64_t overflowed;
    uint64_t first; /* NEVER before the first packet */
    uint64_t last;
};

struct link {
    uint64_t rate;  /* bit/s, 0 without limit */
    uint64_t delay; /* microseconds */
    uint64_t loss;  /* of 1,000 */
    uint64_t queue; /* octets */
    uint64_t cut;   /* microseconds, or NEVER */
    uint64_t first; /* the first packet's time, or NEVER */
    const char *report;
    FILE *trace; /* or NULL */
    struct direction out;
    struct direction in;
};

static volatile sig_atomic_t wants_report;
static volatile sig_atomic_t wants_end;

static void
on_signal(int number)
{
    if (number == SIGUSR1)
        wants_report = 1;
    else
        wants_end = 1;
}

static void
must(bool good, const char *what)
{
    if (good)
        return;
    (void)fprintf(stderr, "slow_link: %s: %s\n", what, strerror(errno));
    exit(1);
}

static uint64_t
microseconds_now(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* splitmix64 */
static uint64_t
draw(uint64_t *state)
{
    uint64_t x = *state += 0x9e3779b97f4a7c15;

    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

/* Octets that TCP carries in a packet of IPv4. */
static size_t
payload_of(const uint8_t *packet, size_t size)
{
    size_t ip = (size_t)(packet[0] & 15) * 4;
    size_t length = (size_t)packet[2] << 8 | packet[3];
    size_t headers;

    if (size < IP + TCP || packet[9] != PROTOCOL_TCP || ip + TCP > size)
        return 0;
    headers = ip + (size_t)(packet[ip + 12] >> 4) * 4;
    return length > size || headers > length ? 0 : length - headers;
}

/* Whether a packet gets through, and if so, when. */
static bool
passes(struct link *link, struct direction *direction, size_t size,
       uint64_t now, uint64_t *arrival)
{
    bool loses = draw(&direction->random) % 1000 < link->loss;
    uint64_t waits = direction->free_at > now ? direction->free_at - now : 0;

    if (link->cut != NEVER && now - link->first >= link->cut)
        return false;
    if (waits * link->rate / 8000000 + size > link->queue && waits > 0) {
        direction->overflowed++;
        return false;
    }
    if (direction->free_at < now)
        direction->free_at = now;
    if (link->rate > 0)
        direction->free_at += size * 8000000 / link->rate;
    if (loses)
        direction->lost++;
    *arrival = direction->free_at + link->delay;
    return !loses;
}

static void
trace(const struct link *link, const struct direction *direction,
      const uint8_t *packet, size_t size, uint64_t now)
{
    static const char names[] = "FSRP.U";
    size_t flags_at = (size_t)(packet[0] & 15) * 4 + TCP_FLAGS;

    (void)fprintf(link->trace, "%.3f %s %zu %zu ",
                  (double)(now - link->first) / 1e6,
                  direction == &link->out ? "out" : "in", size + ETHERNET,
                  payload_of(packet, size));
    for (size_t i = 0; packet[9] == PROTOCOL_TCP && flags_at < size && i < 6;
         i++)
        if ((packet[flags_at] >> i & 1) != 0)
            (void)fputc(names[i], link->trace);
    (void)fputc('\n', link->trace);
    (void)fflush(link->trace);
}

static void
count(struct link *link, struct direction *direction, const uint8_t *octets,
      size_t size, uint64_t now)
{
    if (link->first == NEVER)
        link->first = now;
    if (direction->first == NEVER)
        direction->first = now;
    if (link->cut != NEVER && now - link->first >= link->cut)
        return;
    direction->last = now;
    direction->packets_sent++;
    direction->octets += size + ETHERNET;
    direction->payload += payload_of(octets, size);
    if (link->trace != NULL)
        trace(link, direction, octets, size, now);
}

/* Take in all that one end has sent. */
static void
take(struct link *link, struct direction *direction)
{
    for (;;) {
        struct packet *packet =
            &direction
                 ->packets[(direction->oldest + direction->count) % FLIGHT_MAX];
        ssize_t size =
            read(direction->from, packet->octets, sizeof(packet->octets));
        uint64_t now = microseconds_now();

        if (size <= 0)
            return;
        /* The kernel's own talk of IPv6 is none of ours. */
        if (packet->octets[0] >> 4 != 4)
            continue;
        count(link, direction, packet->octets, (size_t)size, now);
        packet->size = (uint16_t)size;
        if (!passes(link, direction, (size_t)size + ETHERNET, now,
                    &packet->arrival))
            continue;
        must(direction->count + 1 < FLIGHT_MAX, "too much under way");
        direction->count++;
    }
}

/* Give the other end what has arrived; the time of the next arrival. */
static uint64_t
give(struct link *link, struct direction *direction)
{
    while (direction->count > 0) {
        struct packet *packet = &direction->packets[direction->oldest];
        uint64_t now = microseconds_now();

        if (packet->arrival > now)
            return packet->arrival;
        if (link->cut == NEVER || now - link->first < link->cut)
            (void)!write(direction->to, packet->octets, packet->size);
        direction->oldest = (direction->oldest + 1) % FLIGHT_MAX;
        direction->count--;
    }
    return NEVER;
}

static double
seconds_since(const struct link *link, uint64_t time)
{
    return time == NEVER || time == 0 ? 0 : (double)(time - link->first) / 1e6;
}

static void
report_direction(FILE *file, const struct link *link, const char *name,
                 const struct direction *direction)
{
    (void)fprintf(file,
                  "\"%s\": {\"packets\": %llu, \"octets\": %llu, "
                  "\"payload\": %llu, \"lost\": %llu, \"overflowed\": %llu, "
                  "\"first\": %.3f, \"last\": %.3f}",
                  name, (unsigned long long)direction->packets_sent,
                  (unsigned long long)direction->octets,
                  (unsigned long long)direction->payload,
                  (unsigned long long)direction->lost,
                  (unsigned long long)direction->overflowed,
                  seconds_since(link, direction->first),
                  seconds_since(link, direction->last));
}

static void
report(const struct link *link)
{
    char temporary[4096];
    FILE *file;

    (void)snprintf(temporary, sizeof(temporary), "%s.part", link->report);
    file = fopen(temporary, "w");
    must(file != NULL, temporary);
    (void)fputs("{", file);
    report_direction(file, link, "out", &link->out);
    (void)fputs(",\n ", file);
    report_direction(file, link, "in", &link->in);
    (void)fputs("}\n", file);
    must(fclose(file) == 0, temporary);
    must(rename(temporary, link->report) == 0, link->report);
}

static void
set_address(int socket, struct ifreq *request, unsigned long what,
            const char *address)
{
    struct sockaddr_in in4 = {.sin_family = AF_INET};

    (void)inet_pton(AF_INET, address, &in4.sin_addr);
    memcpy(&request->ifr_addr, &in4, sizeof(in4));
    must(ioctl(socket, what, request) == 0, "address");
}

static void
set_up(int socket, struct ifreq *request)
{
    request->ifr_flags = IFF_UP | IFF_RUNNING;
    must(ioctl(socket, SIOCSIFFLAGS, request) == 0, "up");
}

/* An interface of the network in which this process is now. */
static int
interface_new(const char *address)
{
    struct ifreq request = {.ifr_name = "slow0"};
    struct ifreq loopback = {.ifr_name = "lo"};
    int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    int socket_of_network = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    must(device >= 0, "/dev/net/tun");
    must(socket_of_network >= 0, "socket");
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    must(ioctl(device, TUNSETIFF, &request) == 0, "tun");
    set_address(socket_of_network, &request, SIOCSIFADDR, address);
    set_address(socket_of_network, &request, SIOCSIFNETMASK, "255.255.255.0");
    set_up(socket_of_network, &request);
    set_up(socket_of_network, &loopback);
    (void)close(socket_of_network);
    return device;
}

static void
direction_init(struct direction *direction, int from, int to, uint64_t seed)
{
    memset(direction, 0, sizeof(*direction));
    direction->from = from;
    direction->to = to;
    direction->random = seed;
    direction->first = NEVER;
    direction->packets = calloc(FLIGHT_MAX, sizeof(*direction->packets));
    must(direction->packets != NULL, "memory");
}

static void
listen_to_signals(sigset_t *unblocked)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t blocked;

    (void)sigemptyset(&blocked);
    (void)sigaddset(&blocked, SIGUSR1);
    (void)sigaddset(&blocked, SIGTERM);
    (void)sigaddset(&blocked, SIGINT);
    must(sigprocmask(SIG_BLOCK, &blocked, unblocked) == 0, "signals");
    must(sigaction(SIGUSR1, &action, NULL) == 0 &&
             sigaction(SIGTERM, &action, NULL) == 0 &&
             sigaction(SIGINT, &action, NULL) == 0,
         "signals");
}

static void
run(struct link *link, const sigset_t *unblocked)
{
    int highest =
        link->out.from > link->in.from ? link->out.from : link->in.from;

    while (!wants_end) {
        uint64_t next = give(link, &link->out);
        uint64_t next_in = give(link, &link->in);
        uint64_t now = microseconds_now();
        struct timespec patience;
        fd_set readable;

        if (wants_report) {
            wants_report = 0;
            report(link);
        }
        if (next_in < next)
            next = next_in;
        next = next == NEVER ? 1000000 : next > now ? next - now : 0;
        patience.tv_sec = (time_t)(next / 1000000);
        patience.tv_nsec = (long)(next % 1000000) * 1000;
        FD_ZERO(&readable);
        FD_SET(link->out.from, &readable);
        FD_SET(link->in.from, &readable);
        if (pselect(highest + 1, &readable, NULL, NULL, &patience, unblocked) <=
            0)
            continue;
        take(link, &link->out);
        take(link, &link->in);
    }
    report(link);
}

static uint64_t
number(const char *text)
{
    char *end;
    unsigned long long value = strtoull(text, &end, 10);

    errno = EINVAL;
    must(*text >= '0' && *text <= '9' && *end == '\0', text);
    return value;
}

int
main(int argc, char **argv)
{
    static struct link link;
    sigset_t unblocked;
    int near;
    int far;

    if (argc < 7 || argc > 8) {
        (void)fputs("usage: slow_link RATE DELAY LOSS QUEUE SEED REPORT "
                    "[CUT]\n",
                    stderr);
        return 2;
    }
    link.rate = number(argv[1]);
    link.delay = number(argv[2]) * 1000;
    link.loss = number(argv[3]);
    link.queue = number(argv[4]);
    link.report = argv[6];
    link.cut = argc > 7 ? number(argv[7]) * 1000 : NEVER;
    link.first = NEVER;
    if (getenv("TRACE") != NULL) {
        link.trace = fopen(getenv("TRACE"), "we");
        must(link.trace != NULL, getenv("TRACE"));
    }
    near = interface_new("10.9.0.1");
    must(unshare(CLONE_NEWNET) == 0, "a network of its own");
    far = interface_new("10.9.0.2");
    direction_init(&link.out, near, far, number(argv[5]));
    direction_init(&link.in, far, near, ~number(argv[5]));
    listen_to_signals(&unblocked);
    (void)puts("the link is there");
    (void)fflush(stdout);
    run(&link, &unblocked);
    free(link.out.packets);
    free(link.in.packets);
    return 0;
}
#else
int
main(void)
{
    (void)fputs("slow_link needs the tun devices of Linux\n", stderr);
    return 77;
}
#endif
