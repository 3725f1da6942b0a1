#include "net/uv_dial.h"

#include <string.h>

#include <netdb.h>
#include <sys/socket.h>

#include "core/entropy.h"
#include "core/limits.h"
#include "core/list.h"
#include "core/mem.h"
#include "net/address.h"

#define CANDIDATES_MAX (DIAL_ADDRESSES_MAX * RELAY_PORTS_MAX)

struct uv_dial {
    struct uv_dial_config config;
    struct relay_line line;
    uv_timer_t timer;
    uv_getaddrinfo_t resolve;
    bool resolving; /* resolve is in use */
    bool resting;   /* between two rounds; the timer begins the next */
    bool stopped;
    bool timer_closed;
    size_t host; /* the next host to resolve */
    size_t candidate_count;
    size_t candidate_next;
    struct address candidates[CANDIDATES_MAX];
    struct address worked; /* only valid when has_worked */
    bool has_worked;
    struct list_node links; /* in flight, and the open one */
    size_t in_flight;
    struct uv_link *open; /* the one whose handshake is done, or NULL */
    bool met_silence;     /* somebody listened and did not answer */
    bool no_clock;        /* this round says hour 0 */
    unsigned failures;    /* rounds in a row */
};

static void resolve_next(struct uv_dial *dial);
static void on_timer(uv_timer_t *timer);

const struct relay_line *
uv_dial_line(const struct uv_dial *dial)
{
    return &dial->line;
}

bool
uv_dial_is_open(const struct uv_dial *dial)
{
    return dial->open != NULL;
}

/* Free when nothing of the loop points here any more. */
static void
dial_settle(struct uv_dial *dial)
{
    if (dial->stopped && dial->timer_closed && !dial->resolving &&
        list_is_empty(&dial->links))
        mem_free(dial);
}

static void
on_timer_closed(uv_handle_t *handle)
{
    struct uv_dial *dial = handle->data;

    dial->timer_closed = true;
    dial_settle(dial);
}

static void
shuffle_line(struct entropy *entropy, struct relay_line *line)
{
    for (size_t i = line->host_count; i > 1; i--) {
        const size_t j = entropy_below(entropy, (uint32_t)i);
        char host[RELAY_HOST_NAME_SIZE];

        memcpy(host, line->hosts[i - 1], sizeof(host));
        memmove(line->hosts[i - 1], line->hosts[j], sizeof(host));
        memcpy(line->hosts[j], host, sizeof(host));
    }
    for (size_t i = line->port_count; i > 1; i--) {
        const size_t j = entropy_below(entropy, (uint32_t)i);
        const uint16_t port = line->ports[i - 1];

        line->ports[i - 1] = line->ports[j];
        line->ports[j] = port;
    }
}

enum status
uv_dial_new(struct uv_dial **out, const struct uv_dial_config *config)
{
    struct uv_dial *dial = mem_zalloc(1, sizeof(*dial));

    *out = NULL;
    if (dial == NULL)
        return STATUS_NO_MEMORY;
    dial->config = *config;
    dial->line = *config->line;
    dial->config.line = NULL;
    if (config->learned)
        shuffle_line(config->entropy, &dial->line);
    list_init(&dial->links);
    if (uv_timer_init(config->loop, &dial->timer) != 0) {
        mem_free(dial);
        return STATUS_IO;
    }
    dial->timer.data = dial;
    dial->resolve.data = dial;
    *out = dial;
    return STATUS_OK;
}

void
uv_dial_free(struct uv_dial *dial)
{
    struct list_node *node, *after;

    if (dial == NULL || dial->stopped)
        return;
    dial->stopped = true;
    LIST_EACH_SAFE(node, after, &dial->links)
        uv_link_close(CONTAINER_OF(node, struct uv_link, node));
    if (dial->resolving)
        (void)uv_cancel((uv_req_t *)&dial->resolve);
    uv_close((uv_handle_t *)&dial->timer, on_timer_closed);
}

static void
wait_for(struct uv_dial *dial, uint64_t milliseconds)
{
    (void)uv_timer_start(&dial->timer, on_timer, milliseconds, 0);
}

/* This round is over; the next begins in so many milliseconds. */
static void
rest(struct uv_dial *dial, uint64_t milliseconds)
{
    dial->resting = true;
    wait_for(dial, milliseconds);
}

/* The same, for a dial that has more than one. */
static void
rest_if_more(struct uv_dial *dial, uint64_t milliseconds)
{
    rest(dial, milliseconds);
    if (dial->config.once)
        (void)uv_timer_stop(&dial->timer);
}

static uint64_t
pause_after_failures(struct uv_dial *dial)
{
    uint64_t pause = DIAL_PAUSE_FIRST_MS;

    for (unsigned i = 1; i < dial->failures; i++) {
        pause *= 2;
        if (pause >= DIAL_PAUSE_LAST_MS) {
            pause = DIAL_PAUSE_LAST_MS;
            break;
        }
    }
    return pause - pause / 4 +
           entropy_below(dial->config.entropy, (uint32_t)(pause / 2));
}

static void
round_begin(struct uv_dial *dial)
{
    dial->resting = false;
    dial->candidate_count = 0;
    dial->candidate_next = 0;
    dial->host = 0;
    dial->met_silence = false;
    if (dial->has_worked)
        dial->candidates[dial->candidate_count++] = dial->worked;
    resolve_next(dial);
}

/* Every candidate was tried and none is left in flight. */
static void
round_failed(struct uv_dial *dial)
{
    if (dial->met_silence && !dial->no_clock) {
        /* The timer begins the next round. */
        dial->no_clock = true;
        rest(dial, 0);
        return;
    }
    dial->no_clock = false;
    dial->failures++;
    rest_if_more(dial, pause_after_failures(dial));
    dial->config.on_failed(dial->config.owner.context, dial);
}

static void
round_check(struct uv_dial *dial)
{
    if (dial->in_flight == 0 && dial->candidate_next == dial->candidate_count &&
        !dial->resolving && dial->host == dial->line.host_count)
        round_failed(dial);
}

static void
on_connected(void *context, struct uv_link *link, bool connected)
{
    struct uv_dial *dial = link->cookie;

    if (!connected || dial->stopped || dial->open != NULL) {
        uv_link_close(link);
        return;
    }
    dial->met_silence = true; /* until it answers */
    dial->config.on_connected(context, dial, link, dial->no_clock);
}

/* Try the next candidate, and come back for the one after it. */
static void
attempt_next(struct uv_dial *dial)
{
    if (dial->stopped || dial->resting || dial->open != NULL)
        return;
    while (dial->in_flight < DIAL_AT_ONCE &&
           dial->candidate_next < dial->candidate_count) {
        const struct address *address =
            &dial->candidates[dial->candidate_next++];
        struct uv_link *link;

        if (uv_link_connect(&link, dial->config.loop, address,
                            &dial->config.owner, on_connected) != STATUS_OK)
            continue;
        link->cookie = dial;
        list_append(&dial->links, &link->node);
        dial->in_flight++;
        (*dial->config.links_alive)++;
        wait_for(dial, DIAL_STAGGER_MS);
        return;
    }
    round_check(dial);
}

static void
on_timer(uv_timer_t *timer)
{
    struct uv_dial *dial = timer->data;

    if (!dial->resting)
        attempt_next(dial);
    else if (!dial->resolving)
        round_begin(dial);
    else /* a name of the last round, and there is one request */
        wait_for(dial, DIAL_STAGGER_MS);
}

/* One address with each of the relay's ports. */
static void
add_candidates(struct uv_dial *dial, struct address address)
{
    const size_t most =
        dial->config.learned ? RELAY_TRY_ADDRESSES : CANDIDATES_MAX;

    if (dial->config.learned && !address_is_global(&address))
        return;
    for (size_t i = 0; i < dial->line.port_count; i++) {
        address.port = dial->line.ports[i];
        if (dial->has_worked && address_equal(&address, &dial->worked))
            continue;
        if (dial->candidate_count < most)
            dial->candidates[dial->candidate_count++] = address;
    }
}

static void
on_resolved(uv_getaddrinfo_t *request, int result, struct addrinfo *found)
{
    struct uv_dial *dial = request->data;
    struct address address;

    dial->resolving = false;
    if (!dial->stopped && !dial->resting && result == 0) {
        for (struct addrinfo *each = found; each != NULL; each = each->ai_next)
            if (uv_link_address(&address, each->ai_addr) == STATUS_OK)
                add_candidates(dial, address);
    }
    if (found != NULL)
        uv_freeaddrinfo(found);
    if (dial->stopped)
        dial_settle(dial);
    else if (!dial->resting && dial->open == NULL)
        resolve_next(dial);
}

/* Turn the next host names into candidates, then begin to try. */
static void
resolve_next(struct uv_dial *dial)
{
    static const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};

    while (dial->host < dial->line.host_count) {
        const char *host = dial->line.hosts[dial->host++];
        struct address address;

        if (address_parse(&address, byte_view_of_text(host), 0) == STATUS_OK) {
            add_candidates(dial, address);
            continue;
        }
        if (uv_getaddrinfo(dial->config.loop, &dial->resolve, on_resolved, host,
                           NULL, &hints) == 0) {
            dial->resolving = true;
            break;
        }
    }
    attempt_next(dial);
}

void
uv_dial_start(struct uv_dial *dial)
{
    round_begin(dial);
}

void
uv_dial_hurry(struct uv_dial *dial)
{
    if (dial->resting && !dial->stopped && !dial->config.once)
        wait_for(dial, 0);
}

void
uv_dial_opened(struct uv_dial *dial, struct uv_link *link)
{
    struct list_node *node, *after;

    if (dial->open != NULL && dial->open != link) {
        uv_link_close(link); /* both were done in one turn */
        return;
    }
    dial->open = link;
    dial->worked = link->remote;
    dial->has_worked = true;
    dial->failures = 0;
    dial->no_clock = false;
    (void)uv_timer_stop(&dial->timer);
    LIST_EACH_SAFE(node, after, &dial->links) {
        struct uv_link *other = CONTAINER_OF(node, struct uv_link, node);

        if (other != link)
            uv_link_close(other);
    }
}

void
uv_dial_gone(struct uv_dial *dial, struct uv_link *link)
{
    list_remove(&link->node);
    dial->in_flight--;
    if (dial->stopped) {
        dial_settle(dial);
        return;
    }
    if (link == dial->open) {
        dial->open = NULL;
        rest_if_more(dial,
                     DIAL_PAUSE_FIRST_MS + entropy_below(dial->config.entropy,
                                                         DIAL_PAUSE_FIRST_MS));
        return;
    }
    if (dial->open == NULL)
        attempt_next(dial);
}
