/*
 * Intrusive doubly linked lists: linking never allocates and so never fails.
 *
 * A struct that can be listed holds a struct list_node; an empty list is a
 * head that points at itself.  The list owns nothing.
 */
#ifndef P2PUB_CORE_LIST_H
#define P2PUB_CORE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list_node {
    struct list_node *next;
    struct list_node *previous;
};

/* The struct of type that holds node as its member. */
#define CONTAINER_OF(node, type, member) \
    ((type *)(void *)((char *)(node)-offsetof(type, member)))

#define LIST_EACH(node, head) \
    for ((node) = (head)->next; (node) != (head); (node) = (node)->next)

/* The same; the body may unlink node. */
#define LIST_EACH_SAFE(node, after, head)                                 \
    for ((node) = (head)->next, (after) = (node)->next; (node) != (head); \
         (node) = (after), (after) = (node)->next)

static inline void
list_init(struct list_node *head)
{
    head->next = head;
    head->previous = head;
}

static inline bool
list_is_empty(const struct list_node *head)
{
    return head->next == head;
}

static inline void
list_append(struct list_node *head, struct list_node *node)
{
    node->previous = head->previous;
    node->next = head;
    head->previous->next = node;
    head->previous = node;
}

static inline void
list_prepend(struct list_node *head, struct list_node *node)
{
    list_append(head->next, node);
}

/* Unlink; node may be unlinked again without harm. */
static inline void
list_remove(struct list_node *node)
{
    node->previous->next = node->next;
    node->next->previous = node->previous;
    list_init(node);
}

#endif
