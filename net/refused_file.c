#include "net/refused_file.h"

#include <string.h>

#include "core/hash.h"
#include "core/reader.h"
#include "core/writer.h"

#define CHECK_SIZE  ((size_t)32)
#define POLICY_SIZE ((size_t)32)

enum status
refused_save(const struct refused *refused, const uint8_t policy[32],
             struct byte_buf *out)
{
    const size_t start = out->size;
    uint8_t check[CHECK_SIZE] = {0};
    struct writer writer;
    enum status status;

    writer_init(&writer, out);
    writer_bytes(&writer, byte_view_of(check, sizeof(check)));
    writer_bytes(&writer, byte_view_of(policy, POLICY_SIZE));
    writer_u8(&writer, refused->forgot ? 1 : 0);
    writer_u32(&writer, (uint32_t)refused->horizon.number);
    for (size_t i = 0; i < refused->count; i++) {
        const struct refused_entry *entry = &refused->entries[i];

        writer_u8(&writer, entry->set == RECORD_SET_CONTROL ? 0 : 1);
        writer_u32(&writer, (uint32_t)entry->day.number);
        writer_bytes(&writer,
                     byte_view_of(entry->id.octets, sizeof(entry->id.octets)));
    }
    status = writer_status(&writer);
    if (status != STATUS_OK) {
        out->size = start;
        return status;
    }
    hash_256(check, byte_view_slice(byte_view_of_buf(out), start + CHECK_SIZE,
                                    out->size));
    memcpy(out->data + start, check, sizeof(check));
    return STATUS_OK;
}

static struct day
read_day(struct reader *reader)
{
    const struct day day = {(int32_t)reader_u32(reader)};

    if (day.number < DAY_FIRST.number || day.number > DAY_LAST.number)
        reader_fail(reader);
    return reader->failed ? DAY_FIRST : day;
}

/* Everything behind check and policy. */
static enum status
read_entries(struct refused *refused, struct reader *reader)
{
    const bool forgot = reader_u8(reader) != 0;
    const struct day horizon = read_day(reader);
    enum status status = STATUS_OK;

    while (status == STATUS_OK && !reader->failed && reader->left > 0) {
        const enum record_set set =
            reader_u8(reader) == 0 ? RECORD_SET_CONTROL : RECORD_SET_STATEMENTS;
        const struct day day = read_day(reader);
        const struct byte_view octets =
            reader_bytes(reader, sizeof(struct record_id));
        struct record_id id;

        if (reader->failed)
            break;
        memcpy(id.octets, octets.data, sizeof(id.octets));
        status = refused_add(refused, &id, set, day);
    }
    if (forgot)
        refused_forget_up_to(refused, horizon);
    if (status == STATUS_OK && reader->failed)
        status = STATUS_MALFORMED;
    return status;
}

enum status
refused_load(struct refused *refused, const uint8_t policy[32],
             struct byte_view octets)
{
    const struct byte_view checked =
        byte_view_slice(octets, CHECK_SIZE, octets.size);
    uint8_t check[CHECK_SIZE];
    struct reader reader;
    enum status status;

    refused_release(refused);
    if (octets.size < CHECK_SIZE + POLICY_SIZE)
        return STATUS_MALFORMED;
    hash_256(check, checked);
    if (memcmp(check, octets.data, sizeof(check)) != 0)
        return STATUS_MALFORMED;
    if (memcmp(policy, checked.data, POLICY_SIZE) != 0)
        return STATUS_NEWER;
    reader_init(&reader, byte_view_slice(checked, POLICY_SIZE, checked.size));
    status = read_entries(refused, &reader);
    if (status != STATUS_OK)
        refused_release(refused);
    return status;
}
