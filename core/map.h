/*
 * A hash map from keys of one fixed size to pointers.
 *
 * Keys are copied, values stay the caller's.  Places come from SipHash under
 * a salt of the caller, so that nobody outside can make keys collide; no walk
 * over the map may decide what is sent, since its order follows that salt.
 * Memory: 16 octets and a key for each place; between three and six of eight
 * places are taken while a map grows, and it never shrinks.
 */
#ifndef P2PUB_CORE_MAP_H
#define P2PUB_CORE_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

struct map {
    uint8_t *places; /* private */
    size_t capacity; /* private: a power of two, or 0 */
    size_t count;    /* keys in the map */
    size_t key_size;
    uint8_t salt[16];
};

/* key_size is 1 to 64 octets. */
void map_init(struct map *map, size_t key_size, const uint8_t salt[16]);

/* Forget all keys and free the memory; the values are the caller's. */
void map_release(struct map *map);

/* Octets of memory that its places take. */
size_t map_memory(const struct map *map);

/* The value of key, or NULL. */
void *map_get(const struct map *map, const void *key);

/* Set the value of key, replacing an earlier one; value is not NULL.
 * STATUS_NO_MEMORY, the map is then as it was. */
enum status map_put(struct map *map, const void *key, void *value) MUST_CHECK;

/* Take key out and return its value, or NULL. */
void *map_remove(struct map *map, const void *key);

/*
 * Walk: start with *position = 0; the next value, or NULL at the end.  Nothing
 * may be put or removed between two steps.
 */
void *map_next(const struct map *map, size_t *position);

#define MAP_EACH(value, map, position) \
    for ((position) = 0; ((value) = map_next((map), &(position))) != NULL;)

#endif
