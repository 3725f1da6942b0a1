/*
 * Relays that other nodes told of: tried when none that was typed can be
 * reached, one at a time and RELAY_TRY_PAUSE_MS apart.
 */
#include "net/uv_node_private.h"

#include "core/mem.h"
#include "net/uv_clock.h"

static void
on_timer(uv_timer_t *timer)
{
    uv_node_try_learned(timer->data);
}

void
uv_node_count_relay(const struct uv_node *node, const struct relay *relay,
                    uint32_t *figure)
{
    if (!relay->learned || node->config.engine.one_contact)
        (*figure)++;
}

/* Is a typed relay there, or being tried for the first time? */
static bool
has_typed(const struct uv_node *node)
{
    struct list_node *each;

    LIST_EACH(each, &node->relays) {
        const struct relay *relay = CONTAINER_OF(each, struct relay, node);

        if (!relay->learned &&
            (!relay->given_up || uv_dial_is_open(relay->dial)))
            return true;
    }
    return false;
}

/* May one be tried at all, now or later? */
static bool
may_try(const struct uv_node *node)
{
    if (!node->tries_learned || !node->running || node->ending ||
        node->learned != NULL || has_typed(node))
        return false;
    /* One contact needs one relay. */
    return !node->config.engine.one_contact ||
           (node->figures.relays_met == 0 &&
            node->learned_tries < RELAY_TRIES_ONCE);
}

static void
begin(struct uv_node *node, const struct relay_entry *entry)
{
    struct relay *relay;

    if (uv_node_make_relay(node, &entry->line, true, &relay) != STATUS_OK) {
        node->learned_after =
            mono_after(uv_clock_now(&node->loop), RELAY_TRY_PAUSE_MS);
        return;
    }
    node->learned = relay;
    node->learned_tries++;
    uv_dial_start(relay->dial);
}

void
uv_node_try_learned(struct uv_node *node)
{
    const struct mono_time now = uv_clock_now(&node->loop);
    const struct relay_entry *entry = NULL;
    struct mono_time when = node->learned_after;

    (void)uv_timer_stop(&node->learned_timer);
    if (!may_try(node))
        return;
    if (mono_due(when, now) || node->config.engine.one_contact)
        entry = relay_book_choose(node->config.engine.relays, now, &when);
    if (entry != NULL)
        begin(node, entry);
    else if (when.milliseconds != MONO_NEVER.milliseconds)
        (void)uv_timer_start(&node->learned_timer, on_timer,
                             mono_between(now, when), 0);
}

void
uv_node_drop_learned(struct uv_node *node)
{
    struct relay *relay = node->learned;

    if (relay == NULL)
        return;
    node->learned = NULL;
    node->learned_after =
        mono_after(uv_clock_now(&node->loop), RELAY_TRY_PAUSE_MS);
    /* The engine looks into the book, and so does the owner. */
    node->dirty = true;
    list_remove(&relay->node);
    uv_dial_free(relay->dial);
    mem_free(relay);
}

static const struct day *
today_of(struct day *today)
{
    const int64_t seconds = uv_clock_wall();

    *today = day_of_seconds(seconds);
    return seconds > 0 ? today : NULL;
}

void
uv_node_on_learned(struct uv_node *node, bool answered)
{
    struct relay_book *book = node->config.engine.relays;
    const struct dh_public key = uv_dial_line(node->learned->dial)->key;
    struct day today;

    node->dirty = true;
    if (answered)
        relay_book_on_answer(book, &key, today_of(&today));
    else
        relay_book_on_failure(book, &key, uv_clock_now(&node->loop));
    if (!answered)
        uv_node_drop_learned(node);
}
