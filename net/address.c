#include "net/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"

/* Octets before the IPv4 address in an IPv4-mapped one (RFC 4291, 2.5.5.2). */
static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool
address_equal(const struct address *a, const struct address *b)
{
    return a->is_ipv6 == b->is_ipv6 && a->port == b->port &&
           a->scope == b->scope &&
           memcmp(a->octets, b->octets, a->is_ipv6 ? 16 : 4) == 0;
}

void
address_unmap(struct address *address)
{
    if (!address->is_ipv6 ||
        memcmp(address->octets, mapped, sizeof(mapped)) != 0)
        return;
    memcpy(address->octets, address->octets + sizeof(mapped), 4);
    memset(address->octets + 4, 0, sizeof(address->octets) - 4);
    address->is_ipv6 = false;
    address->scope = 0;
}

static bool
is_link_local(const struct address *address)
{
    return address->is_ipv6 && address->octets[0] == 0xfe &&
           (address->octets[1] & 0xc0) == 0x80;
}

/* What IANA's registry (RFC 6890 and after) keeps from the internet, that of
 * documents excepted, where nobody is. */
static bool
is_global_ipv4(const uint8_t octets[4])
{
    static const struct {
        uint8_t octets[4];
        uint8_t mask[4];
    } kept[] = {
        {{0, 0, 0, 0}, {255, 0, 0, 0}},       /* this network */
        {{10, 0, 0, 0}, {255, 0, 0, 0}},      /* private */
        {{100, 64, 0, 0}, {255, 192, 0, 0}},  /* behind a provider's NAT */
        {{127, 0, 0, 0}, {255, 0, 0, 0}},     /* this machine */
        {{169, 254, 0, 0}, {255, 255, 0, 0}}, /* this link */
        {{172, 16, 0, 0}, {255, 240, 0, 0}},  /* private */
        {{192, 0, 0, 0}, {255, 255, 255, 0}}, /* protocols */
        {{192, 168, 0, 0}, {255, 255, 0, 0}}, /* private */
        {{198, 18, 0, 0}, {255, 254, 0, 0}},  /* measurements */
        {{224, 0, 0, 0}, {224, 0, 0, 0}},     /* groups, the rest */
    };

    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        size_t j = 0;

        while (j < 4 && (octets[j] & kept[i].mask[j]) == kept[i].octets[j])
            j++;
        if (j == 4)
            return false;
    }
    return true;
}

bool
address_is_global(const struct address *address)
{
    struct address plain = *address;
    const uint8_t *octets = plain.octets;

    address_unmap(&plain);
    if (!plain.is_ipv6)
        return is_global_ipv4(octets);
    /* 2000::/3 without 2001::/32 and 2002::/16, which lead to any IPv4. */
    return (octets[0] & 0xe0) == 0x20 &&
           !(octets[0] == 0x20 && octets[1] == 0x02) &&
           !(octets[0] == 0x20 && octets[1] == 0x01 && octets[2] == 0 &&
             octets[3] == 0);
}

struct address
address_prefix(const struct address *address)
{
    struct address plain = *address;
    struct address prefix = {{0}, false, 0, 0};

    address_unmap(&plain);
    prefix.is_ipv6 = plain.is_ipv6;
    memcpy(prefix.octets, plain.octets, plain.is_ipv6 ? 6 : 3);
    if (is_link_local(&plain))
        prefix.scope = plain.scope;
    return prefix;
}

void
address_format(const struct address *address, char out[ADDRESS_TEXT_SIZE])
{
    char host[INET6_ADDRSTRLEN];
    char scope[16] = "";
    const int family = address->is_ipv6 ? AF_INET6 : AF_INET;

    /* Cannot fail: the family is known and the room is enough. */
    if (inet_ntop(family, address->octets, host, sizeof(host)) == NULL)
        host[0] = '\0';
    if (address->is_ipv6 && address->scope != 0)
        snprintf(scope, sizeof(scope), "%%%u", (unsigned)address->scope);
    if (address->port == 0)
        snprintf(out, ADDRESS_TEXT_SIZE, "%s%s", host, scope);
    else if (address->is_ipv6)
        snprintf(out, ADDRESS_TEXT_SIZE, "[%s%s]:%u", host, scope,
                 (unsigned)address->port);
    else
        snprintf(out, ADDRESS_TEXT_SIZE, "%s:%u", host,
                 (unsigned)address->port);
}

/* Split text at the first octet, which neither half keeps.  False, and all of
 * text in *before, if there is none. */
static bool
split(struct byte_view text, char octet, struct byte_view *before,
      struct byte_view *after)
{
    const uint8_t *found =
        text.size == 0 ? NULL : memchr(text.data, octet, text.size);
    const size_t at = found == NULL ? text.size : (size_t)(found - text.data);

    *before = byte_view_slice(text, 0, at);
    *after = byte_view_slice(text, at + 1, text.size);
    return found != NULL;
}

/* An address without port, of the family that out names. */
static enum status
parse_host(struct address *out, struct byte_view text)
{
    struct byte_view host = text, scope;
    char copy[INET6_ADDRSTRLEN];
    uint64_t number = 0;
    enum status status = STATUS_OK;

    if (out->is_ipv6 && split(text, '%', &host, &scope))
        status = text_decimal_parse(&number, UINT32_MAX, scope);
    if (status != STATUS_OK)
        return status;
    if (host.size == 0 || host.size >= sizeof(copy) ||
        memchr(host.data, 0, host.size) != NULL)
        return STATUS_MALFORMED;
    memcpy(copy, host.data, host.size);
    copy[host.size] = '\0';
    if (inet_pton(out->is_ipv6 ? AF_INET6 : AF_INET, copy, out->octets) != 1)
        return STATUS_MALFORMED;
    out->scope = (uint32_t)number;
    return STATUS_OK;
}

enum status
address_parse(struct address *out, struct byte_view text, uint16_t default_port)
{
    struct address address = {{0}, false, default_port, 0};
    struct byte_view host = text, port = {NULL, 0}, rest;
    bool has_port = false;
    enum status status = STATUS_OK;
    uint64_t number = 0;

    if (text.size > 0 && text.data[0] == '[') {
        address.is_ipv6 = true;
        if (!split(byte_view_slice(text, 1, text.size), ']', &host, &rest))
            return STATUS_MALFORMED;
        has_port = rest.size > 0;
        if (has_port && rest.data[0] != ':')
            return STATUS_MALFORMED;
        port = byte_view_slice(rest, 1, rest.size);
    } else if (split(text, ':', &host, &port)) {
        /* Two colons: an IPv6 address without port. */
        address.is_ipv6 = split(port, ':', &rest, &rest);
        has_port = !address.is_ipv6;
        if (address.is_ipv6)
            host = text;
    }
    if (has_port) {
        status = text_decimal_parse(&number, 65535, port);
        address.port = (uint16_t)number;
    }
    if (status == STATUS_OK)
        status = parse_host(&address, host);
    if (status != STATUS_OK)
        return status;
    address_unmap(&address);
    *out = address;
    return STATUS_OK;
}
