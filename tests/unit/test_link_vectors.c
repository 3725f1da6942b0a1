/*
 * The vectors of net/PROTOCOL.md, tests/vectors/links/, which an independent
 * program wrote: what p2pub puts on the wire is them, octet for octet, and it
 * reads them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "core/text.h"
#include "net/beacon.h"
#include "net/hello.h"
#include "net/relay_book.h"
#include "net/relay_line.h"
#include "tests/unit/links.h"
#include "tests/unit/test_support.h"
#include "tests/unit/vectors.h"

#define OCTETS_MAX 4096

struct octets {
    uint8_t data[OCTETS_MAX];
    size_t size;
};

static json_t *
load(const char *name)
{
    const struct byte_view file = vectors_read(name);
    json_t *root = json_loadb((const char *)file.data, file.size, 0, NULL);

    assert_non_null(root);
    vectors_free(file);
    return root;
}

static const char *
text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    assert_non_null(text);
    return text;
}

static uint32_t
number_of(const json_t *object, const char *key)
{
    return (uint32_t)json_integer_value(json_object_get(object, key));
}

static struct octets
octets_of(const json_t *object, const char *key)
{
    const char *text = text_of(object, key);
    struct octets octets;

    octets.size = strlen(text) / 2;
    assert_in_range(octets.size, 0, OCTETS_MAX);
    assert_int_equal(
        text_hex_parse(octets.data, octets.size, byte_view_of_text(text)),
        STATUS_OK);
    return octets;
}

/* Is the member called key of object what octets are? */
static void
assert_octets(const json_t *object, const char *key, const uint8_t *octets,
              size_t size)
{
    const struct octets expected = octets_of(object, key);

    assert_int_equal(size, expected.size);
    if (size > 0)
        assert_memory_equal(octets, expected.data, size);
}

/* The configuration of a link, and the relay's secret key. */
static struct session_config
config_of(const json_t *link, struct dh_secret *relay_secret)
{
    struct session_config config;

    memset(&config, 0, sizeof(config));
    config.pattern = SESSION_NN;
    memcpy(config.secret, octets_of(link, "secret").data, 32);
    config.shape = links_shape(text_of(link, "shape"));
    config.hour = number_of(link, "hour");
    if (strcmp(text_of(link, "pattern"), "NKpsk0") == 0) {
        config.pattern = SESSION_NK;
        memcpy(relay_secret->octets, octets_of(link, "relay_secret").data, 32);
        dh_public_of(&config.relay, relay_secret);
        assert_octets(link, "relay_public", config.relay.octets, 32);
        config.relay_secret = relay_secret;
    }
    return config;
}

static void
check_keys(const json_t *link, const struct session_config *config)
{
    struct hello_keys keys;

    hello_keys_derive(&keys, config);
    assert_octets(link, "key_mask", keys.mask, 32);
    assert_octets(link, "key_mac1", keys.mac, 32);
    assert_octets(link, "key_mask2", keys.mask2, 32);
    assert_octets(link, "key_mac2", keys.mac2, 32);
    assert_octets(link, "key_psk", keys.psk, 32);
    assert_int_equal(keys.shortest, number_of(link, "shortest"));
    assert_int_equal(keys.longest, number_of(link, "longest"));
}

/* One flight from one end to the other. */
static void
check_flight(const json_t *flight, struct session *from, struct session *to)
{
    const struct octets octets = octets_of(flight, "octets");
    const bool last = json_is_true(json_object_get(flight, "last"));
    struct links_heard heard;

    assert_int_equal(
        session_write(from, byte_view_of(octets.data, octets.size)), STATUS_OK);
    assert_int_equal(last ? session_end(from) : session_flush(from), STATUS_OK);
    assert_octets(flight, "wire", session_output(from)->data,
                  session_output(from)->size);
    links_heard_init(&heard);
    links_pass(from, to, 50, &heard);
    assert_octets(flight, "octets", heard.messages.data, heard.messages.size);
    assert_int_equal(heard.ended, last);
    links_heard_release(&heard);
}

static void
check_link(const json_t *link)
{
    const json_t *first = json_object_get(link, "message_1");
    const json_t *second = json_object_get(link, "message_2");
    const json_t *flights = json_object_get(link, "flights");
    const struct session_wish wish = {(uint8_t)number_of(first, "version"),
                                      (uint8_t)number_of(first, "cells")};
    const struct octets payload = octets_of(second, "payload");
    struct entropy entropies[2];
    struct session *caller, *called;
    struct session_config config;
    struct dh_secret relay_secret;
    struct replay *replay = NULL;
    struct byte_view view;
    size_t i;

    entropy_init_seed(&entropies[0], number_of(link, "caller_seed"));
    entropy_init_seed(&entropies[1], number_of(link, "called_seed"));
    config = config_of(link, &relay_secret);
    check_keys(link, &config);
    assert_int_equal(session_call(&caller, &config, &wish, &entropies[0]),
                     STATUS_OK);
    assert_octets(first, "wire", session_output(caller)->data,
                  session_output(caller)->size);

    /* A relay's replay cache draws from elsewhere. */
    if (config.pattern == SESSION_NK) {
        struct entropy other;

        entropy_init_seed(&other, 0);
        assert_int_equal(replay_new(&replay, config.secret, &other), STATUS_OK);
        config.replay = replay;
    }
    assert_int_equal(session_listen(&called, &config, &entropies[1]),
                     STATUS_OK);
    assert_int_equal(
        session_on_bytes(called, byte_view_of_buf(session_output(caller))),
        STATUS_OK);
    byte_buf_clear(session_output(caller));
    assert_int_equal(session_next(called, &view), SESSION_CALLED);
    assert_int_equal(session_wish(called).version, wish.version);
    assert_int_equal(session_wish(called).cells, wish.cells);
    assert_int_equal(
        session_accept(called, byte_view_of(payload.data, payload.size)),
        STATUS_OK);
    assert_octets(second, "wire", session_output(called)->data,
                  session_output(called)->size);
    assert_int_equal(
        session_on_bytes(caller, byte_view_of_buf(session_output(called))),
        STATUS_OK);
    byte_buf_clear(session_output(called));
    assert_int_equal(session_next(caller, &view), SESSION_OPENED);
    assert_octets(second, "payload", view.data, view.size);

    assert_true(json_array_size(flights) > 0);
    for (i = 0; i < json_array_size(flights); i++) {
        const json_t *flight = json_array_get(flights, i);

        if (strcmp(text_of(flight, "from"), "caller") == 0)
            check_flight(flight, caller, called);
        else
            check_flight(flight, called, caller);
    }
    session_free(caller);
    session_free(called);
    replay_free(replay);
}

static void
test_links(void **state)
{
    json_t *root = load("links/links.json");
    const json_t *links = json_object_get(root, "links");
    const json_t *rekey = json_object_get(root, "rekey");
    struct noise_cipher cipher;
    size_t i;

    (void)state;
    assert_int_equal(json_array_size(links), 4);
    for (i = 0; i < 4; i++)
        check_link(json_array_get(links, i));
    noise_cipher_init(&cipher, octets_of(rekey, "key").data);
    noise_cipher_rekey(&cipher);
    assert_octets(rekey, "next", cipher.key, 32);
    json_decref(root);
}

static void
check_beacon(const json_t *vector)
{
    const json_t *place = json_object_get(vector, "place");
    const struct octets wire = octets_of(vector, "wire");
    struct community community;
    struct community_beacon where;
    struct entropy entropy;
    struct beacon beacon;
    uint8_t out[BEACON_SIZE];

    memcpy(community.secret, octets_of(vector, "secret").data, 32);
    where = community_beacon(&community);
    assert_int_equal(where.port, number_of(place, "port"));
    assert_octets(place, "group_ipv4", where.group_ipv4, 4);
    assert_octets(place, "group_ipv6", where.group_ipv6, 16);

    assert_int_equal(
        beacon_open(&beacon, byte_view_of(wire.data, wire.size), &community),
        STATUS_OK);
    assert_int_equal(beacon.version, number_of(vector, "version"));
    assert_int_equal(beacon.kind, number_of(vector, "kind"));
    assert_int_equal(beacon.hour, number_of(vector, "hour"));
    assert_int_equal(beacon.port, number_of(vector, "port"));
    assert_octets(vector, "boot_id", beacon.boot_id, 8);
    entropy_init_seed(&entropy, number_of(vector, "seed"));
    beacon_seal(out, &beacon, &community, &entropy);
    assert_octets(vector, "wire", out, sizeof(out));
}

static void
test_beacons(void **state)
{
    json_t *root = load("links/beacons.json");
    const json_t *beacons = json_object_get(root, "beacons");
    const struct community community = community_open();
    size_t i;

    (void)state;
    assert_int_equal(json_array_size(beacons), 2);
    for (i = 0; i < 2; i++)
        check_beacon(json_array_get(beacons, i));
    assert_octets(json_array_get(beacons, 0), "secret", community.secret, 32);
    json_decref(root);
}

static void
check_told_as(const json_t *vector, const struct dh_public *key)
{
    uint8_t name[RELAY_BOOK_NAME_SIZE];
    struct salt salt;

    assert_int_equal(
        test_unhex(salt.octets, sizeof(salt.octets), text_of(vector, "salt")),
        sizeof(salt.octets));
    relay_book_name(name, &salt, key);
    assert_octets(vector, "told_as", name, sizeof(name));
}

static void
check_relay(const json_t *vector)
{
    const json_t *hosts = json_object_get(vector, "hosts");
    const json_t *ports = json_object_get(vector, "ports");
    const char *text = text_of(vector, "line");
    char shape[SHAPE_TEXT_SIZE];
    char name[RELAY_NAME_SIZE];
    struct relay_line line;
    struct byte_buf out;
    size_t i;

    assert_int_equal(relay_line_parse(&line, byte_view_of_text(text)),
                     STATUS_OK);
    assert_int_equal(line.open, json_is_true(json_object_get(vector, "open")));
    assert_int_equal(line.host_count, json_array_size(hosts));
    for (i = 0; i < line.host_count; i++)
        assert_string_equal(line.hosts[i],
                            json_string_value(json_array_get(hosts, i)));
    assert_int_equal(line.port_count, json_array_size(ports));
    for (i = 0; i < line.port_count; i++)
        assert_int_equal(line.ports[i],
                         json_integer_value(json_array_get(ports, i)));
    shape_format(&line.shape, shape);
    assert_string_equal(shape, text_of(vector, "shape"));
    assert_octets(vector, "key", line.key.octets, 32);
    assert_octets(vector, "secret", line.secret, 32);
    relay_line_name(&line, name);
    assert_string_equal(name, text_of(vector, "name"));
    if (json_object_get(vector, "salt") != NULL)
        check_told_as(vector, &line.key);
    byte_buf_init(&out, OCTETS_MAX);
    assert_int_equal(relay_line_write(&out, &line), STATUS_OK);
    assert_true(byte_view_equal_text(byte_view_of_buf(&out), text));
    byte_buf_release(&out);
}

static void
check_community(const json_t *vector)
{
    const char *text = text_of(vector, "line");
    struct community community;
    struct byte_buf out;

    assert_int_equal(community_parse(&community, byte_view_of_text(text)),
                     STATUS_OK);
    assert_octets(vector, "secret", community.secret, 32);
    byte_buf_init(&out, OCTETS_MAX);
    assert_int_equal(community_write(&out, &community), STATUS_OK);
    assert_true(byte_view_equal_text(byte_view_of_buf(&out), text));
    byte_buf_release(&out);
}

static void
test_lines(void **state)
{
    json_t *root = load("links/lines.json");
    const json_t *relays = json_object_get(root, "relays");
    const json_t *communities = json_object_get(root, "communities");
    size_t i;

    (void)state;
    assert_int_equal(json_array_size(relays), 3);
    assert_int_equal(json_array_size(communities), 2);
    for (i = 0; i < 3; i++)
        check_relay(json_array_get(relays, i));
    for (i = 0; i < 2; i++)
        check_community(json_array_get(communities, i));
    json_decref(root);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_beacons),
        cmocka_unit_test(test_lines),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
