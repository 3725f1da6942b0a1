#include "net/actions.h"

#include "core/mem.h"

void
actions_init(struct actions *actions)
{
    list_init(&actions->pending);
    list_init(&actions->released);
    actions->taken = NULL;
}

static struct actions_item *
item_of(struct list_node *node)
{
    return CONTAINER_OF(node, struct actions_item, in_queue);
}

static void
free_all(struct list_node *queue)
{
    while (!list_is_empty(queue))
        actions_free_item(item_of(queue->next));
}

void
actions_release(struct actions *actions)
{
    free_all(&actions->pending);
    free_all(&actions->released);
    actions_free_item(actions->taken);
    actions->taken = NULL;
}

struct actions_item *
actions_new_item(enum action_kind kind, struct link_id link)
{
    struct actions_item *item = mem_zalloc(1, sizeof(*item));

    if (item == NULL)
        return NULL;
    list_init(&item->in_queue);
    item->action.kind = kind;
    item->action.link = link;
    return item;
}

void
actions_free_item(struct actions_item *item)
{
    if (item == NULL)
        return;
    list_remove(&item->in_queue);
    byte_buf_release(&item->bytes);
    mem_free(item);
}

void
actions_add_item(struct actions *actions, struct actions_item *item)
{
    list_append(&actions->pending, &item->in_queue);
}

enum status
actions_add(struct actions *actions, const struct action *action)
{
    struct actions_item *item = actions_new_item(action->kind, action->link);

    if (item == NULL)
        return STATUS_NO_MEMORY;
    item->action = *action;
    actions_add_item(actions, item);
    return STATUS_OK;
}

enum status
actions_add_bytes(struct actions *actions, const struct action *action,
                  struct byte_buf *from)
{
    struct actions_item *item = actions_new_item(action->kind, action->link);

    if (item == NULL)
        return STATUS_NO_MEMORY;
    item->action = *action;
    byte_buf_move(&item->bytes, from);
    item->action.bytes = byte_view_of_buf(&item->bytes);
    actions_add_item(actions, item);
    return STATUS_OK;
}

void
actions_publish(struct actions *actions)
{
    while (!list_is_empty(&actions->pending)) {
        struct list_node *node = actions->pending.next;

        list_remove(node);
        list_append(&actions->released, node);
    }
}

bool
actions_take(struct actions *actions, struct action *out)
{
    actions_free_item(actions->taken);
    actions->taken = NULL;
    if (list_is_empty(&actions->released))
        return false;
    actions->taken = item_of(actions->released.next);
    list_remove(&actions->taken->in_queue);
    *out = actions->taken->action;
    return true;
}
