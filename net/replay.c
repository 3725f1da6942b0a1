#include "net/replay.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "core/entropy.h"
#include "core/hash.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/reader.h"
#include "core/writer.h"

#define HOURS_A_DAY  24u
#define PLACES_FIRST ((size_t)256)
/* The day of hellos that claim hour 0; 1970-01-01 is 1. */
#define DAY_NONE 0u
#define DAY_MAX  (UINT32_MAX / HOURS_A_DAY + 1)

static const char magic[] = "p2pub1 replay\n";

/* Tags in places that their hashes lead to; 0 is an empty place. */
struct tag_set {
    uint64_t *places;
    size_t capacity; /* a power of two, or 0 */
    size_t count;
};

struct replay_day {
    uint32_t day; /* only valid when tags.count is not 0 */
    struct tag_set tags;
};

struct replay {
    uint8_t key[32];
    uint8_t salt[HASH_SALT_SIZE];
    uint32_t refused_until; /* hours up to this one are forgotten or lost */
    bool refuses_clockless; /* what had hour 0 is lost */
    bool lost_at_no_hour;   /* refused_until waits for a clock */
    struct replay_day eternal;
    struct replay_day days[REPLAY_DAYS];
    struct byte_buf fresh;
};

/* Where tag is in places, or the empty place where it belongs. */
static uint64_t *
place_of(const struct replay *replay, uint64_t *places, size_t capacity,
         uint64_t tag)
{
    size_t at =
        (size_t)hash_short(replay->salt, byte_view_of(&tag, sizeof(tag)));

    at &= capacity - 1;
    while (places[at] != 0 && places[at] != tag)
        at = (at + 1) & (capacity - 1);
    return &places[at];
}

static bool
tag_set_has(const struct replay *replay, const struct tag_set *set,
            uint64_t tag)
{
    return set->capacity > 0 &&
           *place_of(replay, set->places, set->capacity, tag) == tag;
}

/* Make sure that one more tag leaves a quarter of the places empty. */
static enum status
tag_set_reserve(const struct replay *replay, struct tag_set *set)
{
    size_t capacity = set->capacity == 0 ? PLACES_FIRST : set->capacity * 2;
    uint64_t *places;
    size_t i;

    if (set->count + 1 <= set->capacity / 4 * 3)
        return STATUS_OK;
    places = mem_zalloc(capacity, sizeof(*places));
    if (places == NULL)
        return STATUS_NO_MEMORY;
    for (i = 0; i < set->capacity; i++) {
        if (set->places[i] != 0)
            *place_of(replay, places, capacity, set->places[i]) =
                set->places[i];
    }
    mem_free(set->places);
    set->places = places;
    set->capacity = capacity;
    return STATUS_OK;
}

static void
tag_set_release(struct tag_set *set)
{
    mem_free(set->places);
    *set = (struct tag_set){NULL, 0, 0};
}

enum status
replay_new(struct replay **out, const uint8_t secret[32],
           struct entropy *entropy)
{
    struct replay *replay;

    *out = NULL;
    replay = mem_zalloc(1, sizeof(*replay));
    if (replay == NULL)
        return STATUS_NO_MEMORY;
    hash_keyed(replay->key, sizeof(replay->key), byte_view_of(secret, 32),
               byte_view_of_text("p2pub1 replay"), byte_view_of(NULL, 0));
    entropy_fill(entropy, replay->salt, sizeof(replay->salt));
    byte_buf_init(&replay->fresh, REPLAY_FILE_MAX);
    *out = replay;
    return STATUS_OK;
}

void
replay_free(struct replay *replay)
{
    size_t i;

    if (replay == NULL)
        return;
    tag_set_release(&replay->eternal.tags);
    for (i = 0; i < REPLAY_DAYS; i++)
        tag_set_release(&replay->days[i].tags);
    byte_buf_release(&replay->fresh);
    mem_wipe(replay, sizeof(*replay));
    mem_free(replay);
}

static uint64_t
tag_of(const struct replay *replay, const uint8_t mac[REPLAY_MAC_SIZE])
{
    uint8_t hash[16];
    struct reader reader;
    uint64_t tag;

    hash_keyed(hash, sizeof(hash),
               byte_view_of(replay->key, sizeof(replay->key)),
               byte_view_of(mac, REPLAY_MAC_SIZE), byte_view_of(NULL, 0));
    reader_init(&reader, byte_view_of(hash, sizeof(hash)));
    tag = reader_u64(&reader);
    return tag == 0 ? 1 : tag;
}

static uint32_t
day_of_hour(uint32_t hour)
{
    return hour == 0 ? DAY_NONE : hour / HOURS_A_DAY + 1;
}

/* The last hour of day. */
static uint32_t
end_of_day(uint32_t day)
{
    return day == DAY_MAX ? UINT32_MAX : day * HOURS_A_DAY - 1;
}

/* What is remembered of day, or NULL. */
static const struct replay_day *
find_day(const struct replay *replay, uint32_t day)
{
    size_t i;

    if (day == DAY_NONE)
        return &replay->eternal;
    for (i = 0; i < REPLAY_DAYS; i++) {
        if (replay->days[i].tags.count > 0 && replay->days[i].day == day)
            return &replay->days[i];
    }
    return NULL;
}

static void
refuse_until(struct replay *replay, uint32_t hour)
{
    if (replay->refused_until < hour)
        replay->refused_until = hour;
}

static void
forget(struct replay *replay, struct replay_day *day)
{
    refuse_until(replay, end_of_day(day->day));
    tag_set_release(&day->tags);
}

/* Forget the days that the window has left. */
static void
forget_past(struct replay *replay, uint32_t now)
{
    size_t i;

    for (i = 0; i < REPLAY_DAYS; i++) {
        struct replay_day *day = &replay->days[i];

        if (day->tags.count > 0 && now > REPLAY_WINDOW_HOURS &&
            end_of_day(day->day) < now - REPLAY_WINDOW_HOURS)
            forget(replay, day);
    }
}

/* Where day is, or can be, remembered: the earliest makes room for a later
 * one.  NULL if day itself is the earliest. */
static struct replay_day *
make_day(struct replay *replay, uint32_t day)
{
    struct replay_day *found = NULL;
    size_t i;

    if (day == DAY_NONE)
        return &replay->eternal;
    for (i = 0; i < REPLAY_DAYS; i++) {
        if (replay->days[i].tags.count > 0 && replay->days[i].day == day)
            return &replay->days[i];
    }
    for (i = 0; i < REPLAY_DAYS; i++) {
        if (replay->days[i].tags.count == 0) {
            found = &replay->days[i];
            break;
        }
        if (found == NULL || replay->days[i].day < found->day)
            found = &replay->days[i];
    }
    if (found->tags.count > 0) {
        if (found->day > day)
            return NULL;
        forget(replay, found);
    }
    found->day = day;
    return found;
}

/* Remember tag under day.  Nothing changes on failure. */
static enum status
add(struct replay *replay, struct replay_day *day, uint64_t tag)
{
    enum status status;

    status = tag_set_reserve(replay, &day->tags);
    if (status != STATUS_OK)
        return status;
    *place_of(replay, day->tags.places, day->tags.capacity, tag) = tag;
    day->tags.count++;
    return STATUS_OK;
}

static size_t
room_of(uint32_t day)
{
    return day == DAY_NONE ? REPLAY_ETERNAL_MAX : REPLAY_DAY_MAX;
}

/* May a hello that claims hour be looked at? */
static bool
is_current(const struct replay *replay, uint32_t hour, uint32_t now)
{
    if (hour == 0)
        return !replay->refuses_clockless;
    if (now == 0 || hour <= replay->refused_until)
        return false;
    return (hour > now ? hour - now : now - hour) <= REPLAY_WINDOW_HOURS;
}

enum status
replay_check(const struct replay *replay, const uint8_t mac[REPLAY_MAC_SIZE],
             uint32_t hour, uint32_t now)
{
    const uint32_t day = day_of_hour(hour);
    const struct replay_day *found = find_day(replay, day);

    if (!is_current(replay, hour, now))
        return STATUS_DENIED;
    if (found == NULL)
        return STATUS_OK;
    if (tag_set_has(replay, &found->tags, tag_of(replay, mac)))
        return STATUS_EXISTS;
    return found->tags.count < room_of(day) ? STATUS_OK : STATUS_FULL;
}

static void
write_entry(struct writer *writer, uint32_t day, uint64_t tag)
{
    writer_u32(writer, day);
    writer_u64(writer, tag);
}

enum status
replay_remember(struct replay *replay, const uint8_t mac[REPLAY_MAC_SIZE],
                uint32_t hour, uint32_t now)
{
    const uint32_t day = day_of_hour(hour);
    const uint64_t tag = tag_of(replay, mac);
    const size_t before = replay->fresh.size;
    struct replay_day *place;
    struct writer writer;
    enum status status;

    if (replay->lost_at_no_hour && now != 0)
        replay_lost(replay, now);
    forget_past(replay, now);
    status = replay_check(replay, mac, hour, now);
    if (status != STATUS_OK)
        return status;
    place = make_day(replay, day);
    if (place == NULL)
        return STATUS_DENIED;
    writer_init(&writer, &replay->fresh);
    write_entry(&writer, day, tag);
    status = writer_status(&writer);
    if (status == STATUS_OK)
        status = add(replay, place, tag);
    if (status != STATUS_OK)
        replay->fresh.size = before;
    return status == STATUS_TOO_LARGE ? STATUS_FULL : status;
}

void
replay_lost(struct replay *replay, uint32_t now)
{
    refuse_until(replay, now);
    replay->refuses_clockless = true;
    replay->lost_at_no_hour = now == 0;
}

struct byte_buf *
replay_fresh(struct replay *replay)
{
    return &replay->fresh;
}

/* The file's proof that it belongs to this secret. */
static void
file_check(const struct replay *replay, uint8_t out[16])
{
    hash_keyed(out, 16, byte_view_of(replay->key, sizeof(replay->key)),
               byte_view_of_text("p2pub1 replay file"), byte_view_of(NULL, 0));
}

static void
write_day(struct writer *writer, const struct replay_day *day, uint32_t number)
{
    size_t i;

    for (i = 0; i < day->tags.capacity; i++) {
        if (day->tags.places[i] != 0)
            write_entry(writer, number, day->tags.places[i]);
    }
}

enum status
replay_save(struct replay *replay, struct byte_buf *out)
{
    uint8_t check[16];
    struct writer writer;
    size_t i;

    file_check(replay, check);
    writer_init(&writer, out);
    writer_text(&writer, magic);
    writer_bytes(&writer, byte_view_of(check, sizeof(check)));
    writer_u32(&writer, replay->refused_until);
    writer_u8(&writer, (uint8_t)((replay->refuses_clockless ? 1 : 0) |
                                 (replay->lost_at_no_hour ? 2 : 0)));
    write_day(&writer, &replay->eternal, DAY_NONE);
    for (i = 0; i < REPLAY_DAYS; i++)
        write_day(&writer, &replay->days[i], replay->days[i].day);
    if (writer_status(&writer) == STATUS_OK)
        byte_buf_clear(&replay->fresh);
    return writer_status(&writer);
}

/* One entry of a file. */
static enum status
load_entry(struct replay *replay, uint32_t number, uint64_t tag)
{
    struct replay_day *day;

    if (tag == 0 || number > DAY_MAX)
        return STATUS_MALFORMED;
    if (number != DAY_NONE && end_of_day(number) <= replay->refused_until)
        return STATUS_OK;
    day = make_day(replay, number);
    if (day == NULL) {
        refuse_until(replay, end_of_day(number));
        return STATUS_OK;
    }
    if (tag_set_has(replay, &day->tags, tag))
        return STATUS_OK;
    if (day->tags.count >= room_of(number))
        return STATUS_FULL;
    return add(replay, day, tag);
}

enum status
replay_load(struct replay *replay, struct byte_view file)
{
    uint8_t expected[16];
    uint8_t check[16];
    struct reader reader;
    struct byte_view first;
    uint32_t refused_until;
    uint8_t flags;
    enum status status = STATUS_OK;

    reader_init(&reader, file);
    first = reader_bytes(&reader, sizeof(magic) - 1);
    reader_copy(&reader, check, sizeof(check));
    refused_until = reader_u32(&reader);
    flags = reader_u8(&reader);
    if (reader.failed || !byte_view_starts_with(first, "p2pub"))
        return STATUS_MALFORMED;
    if (!byte_view_equal_text(first, magic))
        return STATUS_NEWER;
    if (flags > 3)
        return STATUS_MALFORMED;
    file_check(replay, expected);
    if (!mem_equal_secret(check, expected, sizeof(check)))
        return STATUS_BAD_SIGNATURE;
    refuse_until(replay, refused_until);
    replay->refuses_clockless |= (flags & 1) != 0;
    replay->lost_at_no_hour |= (flags & 2) != 0;
    while (status == STATUS_OK && reader.left >= 12) {
        const uint32_t number = reader_u32(&reader);

        status = load_entry(replay, number, reader_u64(&reader));
    }
    return status;
}
