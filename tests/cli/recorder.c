/*
 * For scripts: stand between a caller and a relay, and write down what the
 * caller says until it is answered.
 *
 *     recorder ADDRESS PORT FILE [TO-ADDRESS]
 *
 * Listens at ADDRESS and PORT, both IPv4, and says "listening".  What comes on
 * the Nth connection is passed on to TO-ADDRESS, at the same port, and stands
 * in FILE.N up to the first octet that comes back.  Without TO-ADDRESS all is
 * swallowed.  Runs until it is killed.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void
give_up(const char *why)
{
    perror(why);
    exit(1);
}

static struct sockaddr_in
place_of(const char *address, const char *port)
{
    struct sockaddr_in place = {.sin_family = AF_INET};

    place.sin_port = htons((uint16_t)strtoul(port, NULL, 10));
    if (inet_pton(AF_INET, address, &place.sin_addr) != 1)
        give_up(address);
    return place;
}

/* Copy what from has to to, which may be -1; false at its end. */
static bool
pass(int from, int to, FILE *record)
{
    char octets[4096];
    ssize_t size = recv(from, octets, sizeof(octets), 0);

    if (size <= 0)
        return false;
    if (record != NULL && fwrite(octets, 1, (size_t)size, record) == 0)
        give_up("record");
    if (record != NULL && fflush(record) != 0)
        give_up("record");
    for (ssize_t done = 0; to >= 0 && done < size;) {
        ssize_t sent = send(to, octets + done, (size_t)(size - done), 0);

        if (sent < 0)
            return false;
        done += sent;
    }
    return true;
}

/* One connection, in a process of its own. */
static void
serve(int caller, int relay, const char *file)
{
    struct pollfd ends[2] = {{.fd = caller, .events = POLLIN},
                             {.fd = relay, .events = POLLIN}};
    FILE *record = fopen(file, "wb");

    if (record == NULL)
        give_up(file);
    while (poll(ends, 2, -1) > 0) {
        if (ends[0].revents != 0 && !pass(caller, relay, record))
            break;
        if (ends[1].revents != 0) {
            if (record != NULL)
                (void)fclose(record);
            record = NULL;
            if (!pass(relay, caller, NULL))
                break;
        }
    }
    _exit(0);
}

int
main(int argc, char **argv)
{
    struct sockaddr_in here, there;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    const int yes = 1;
    char file[4096];

    if (argc < 4 || argc > 5) {
        (void)fputs("recorder ADDRESS PORT FILE [TO-ADDRESS]\n", stderr);
        return 2;
    }
    here = place_of(argv[1], argv[2]);
    there = place_of(argc == 5 ? argv[4] : argv[1], argv[2]);
    (void)setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (bind(listener, (struct sockaddr *)&here, sizeof(here)) != 0 ||
        listen(listener, 16) != 0)
        give_up("listen");
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGCHLD, SIG_IGN);
    (void)puts("listening");
    (void)fflush(stdout);
    for (unsigned number = 1;; number++) {
        int caller = accept(listener, NULL, NULL);
        int relay = -1;

        if (caller < 0)
            give_up("accept");
        if (argc == 5) {
            relay = socket(AF_INET, SOCK_STREAM, 0);
            if (connect(relay, (struct sockaddr *)&there, sizeof(there)) != 0)
                give_up("connect");
        }
        (void)snprintf(file, sizeof(file), "%s.%u", argv[3], number);
        if (fork() == 0) {
            (void)close(listener);
            serve(caller, relay, file);
        }
        (void)close(caller);
        if (relay >= 0)
            (void)close(relay);
    }
}
