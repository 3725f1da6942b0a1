#include "core/map.h"

#include <stdbool.h>
#include <string.h>

#include "core/hash.h"
#include "core/mem.h"

/*
 * Open addressing with linear probing.  A place is the key's hash, the value
 * (NULL: empty) and the key, all copied in and out: places have no alignment.
 */
struct place {
    uint64_t hash;
    void *value;
};

static const size_t capacity_least = 8;

static size_t
place_size(const struct map *map)
{
    return sizeof(struct place) + map->key_size;
}

static uint8_t *
place_at(const struct map *map, size_t index)
{
    return map->places + index * place_size(map);
}

static struct place
place_read(const struct map *map, size_t index)
{
    struct place place;

    memcpy(&place, place_at(map, index), sizeof(place));
    return place;
}

static void
place_write(struct map *map, size_t index, struct place place, const void *key)
{
    uint8_t *at = place_at(map, index);

    memcpy(at, &place, sizeof(place));
    memcpy(at + sizeof(place), key, map->key_size);
}

static uint64_t
map_hash(const struct map *map, const void *key)
{
    return hash_short(map->salt, byte_view_of(key, map->key_size));
}

/* The index of key, or of the empty place where it belongs; the map has
 * memory, and always an empty place. */
static size_t
map_find(const struct map *map, const void *key, uint64_t hash)
{
    size_t index = (size_t)hash & (map->capacity - 1);

    for (;; index = (index + 1) & (map->capacity - 1)) {
        struct place place = place_read(map, index);

        if (place.value == NULL)
            return index;
        if (place.hash == hash && memcmp(place_at(map, index) + sizeof(place),
                                         key, map->key_size) == 0)
            return index;
    }
}

/* Make room for one key more: at most three of four places are taken. */
static enum status
map_grow(struct map *map)
{
    struct map grown = *map;

    if (map->count < map->capacity / 4 * 3)
        return STATUS_OK;
    if (map->capacity > SIZE_MAX / 2)
        return STATUS_NO_MEMORY;
    grown.capacity = map->capacity == 0 ? capacity_least : map->capacity * 2;
    grown.places = mem_zalloc(grown.capacity, place_size(map));
    if (grown.places == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < map->capacity; i++) {
        struct place place = place_read(map, i);
        const uint8_t *key = place_at(map, i) + sizeof(place);

        if (place.value != NULL)
            place_write(&grown, map_find(&grown, key, place.hash), place, key);
    }
    mem_free(map->places);
    *map = grown;
    return STATUS_OK;
}

void
map_init(struct map *map, size_t key_size, const uint8_t salt[16])
{
    memset(map, 0, sizeof(*map));
    map->key_size = key_size;
    memcpy(map->salt, salt, sizeof(map->salt));
}

void
map_release(struct map *map)
{
    mem_free(map->places);
    map->places = NULL;
    map->capacity = 0;
    map->count = 0;
}

size_t
map_memory(const struct map *map)
{
    return map->capacity * place_size(map);
}

void *
map_get(const struct map *map, const void *key)
{
    if (map->count == 0)
        return NULL;
    return place_read(map, map_find(map, key, map_hash(map, key))).value;
}

enum status
map_put(struct map *map, const void *key, void *value)
{
    struct place place = {map_hash(map, key), value};
    enum status status;
    size_t index;

    if (map->count > 0) {
        index = map_find(map, key, place.hash);
        if (place_read(map, index).value != NULL) {
            place_write(map, index, place, key);
            return STATUS_OK;
        }
    }
    status = map_grow(map);
    if (status != STATUS_OK)
        return status;
    place_write(map, map_find(map, key, place.hash), place, key);
    map->count++;
    return STATUS_OK;
}

void *
map_remove(struct map *map, const void *key)
{
    size_t mask = map->capacity - 1;
    size_t hole, index;
    void *value;

    if (map->count == 0)
        return NULL;
    hole = map_find(map, key, map_hash(map, key));
    value = place_read(map, hole).value;
    if (value == NULL)
        return NULL;
    /* Close the hole, so that no search stops there too early: move back
     * whatever comes next and does not begin behind the hole. */
    for (index = (hole + 1) & mask;; index = (index + 1) & mask) {
        struct place place = place_read(map, index);
        size_t begins = (size_t)place.hash & mask;

        if (place.value == NULL)
            break;
        if (((index - begins) & mask) < ((index - hole) & mask))
            continue;
        place_write(map, hole, place, place_at(map, index) + sizeof(place));
        hole = index;
    }
    memset(place_at(map, hole), 0, place_size(map));
    map->count--;
    return value;
}

void *
map_next(const struct map *map, size_t *position)
{
    while (*position < map->capacity) {
        struct place place = place_read(map, (*position)++);

        if (place.value != NULL)
            return place.value;
    }
    return NULL;
}
