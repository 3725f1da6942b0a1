/* Lists keep their order and survive unlinking while they are walked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/list.h"

struct item {
    char letter;
    struct list_node node;
};

static struct item items[] = {{'a', {0}}, {'b', {0}}, {'c', {0}}, {'d', {0}}};

/* Fail unless the list holds letters, forwards and backwards. */
static void
check(const struct list_node *head, const char *letters)
{
    struct list_node *node;
    size_t count = 0;

    LIST_EACH(node, head) {
        assert_int_equal(CONTAINER_OF(node, struct item, node)->letter,
                         letters[count]);
        count++;
    }
    assert_int_equal(letters[count], '\0');
    assert_int_equal(list_is_empty(head), count == 0);
    for (node = head->previous; node != head; node = node->previous)
        assert_int_equal(CONTAINER_OF(node, struct item, node)->letter,
                         letters[--count]);
    assert_int_equal(count, 0);
}

static void
nodes_go_in_and_out(void **state)
{
    struct list_node head;

    (void)state;
    list_init(&head);
    check(&head, "");
    list_append(&head, &items[1].node);
    list_append(&head, &items[2].node);
    check(&head, "bc");
    list_prepend(&head, &items[0].node);
    list_append(&head, &items[3].node);
    check(&head, "abcd");
    list_remove(&items[2].node);
    check(&head, "abd");
    list_remove(&items[2].node);
    check(&head, "abd");
    list_append(&head, &items[2].node);
    check(&head, "abdc");
    list_remove(&items[0].node);
    list_remove(&items[2].node);
    check(&head, "bd");
    list_remove(&items[3].node);
    list_remove(&items[1].node);
    check(&head, "");
    list_prepend(&head, &items[0].node);
    check(&head, "a");
}

static void
nodes_go_out_while_they_are_walked(void **state)
{
    struct list_node head;
    struct list_node *node;
    struct list_node *after;
    size_t seen = 0;

    (void)state;
    list_init(&head);
    LIST_EACH_SAFE(node, after, &head) {
        seen++;
    }
    assert_int_equal(seen, 0);
    for (size_t i = 0; i < 4; i++)
        list_append(&head, &items[i].node);
    LIST_EACH_SAFE(node, after, &head) {
        assert_ptr_equal(node, &items[seen].node);
        if (seen++ % 2 == 1)
            list_remove(node);
    }
    assert_int_equal(seen, 4);
    check(&head, "ac");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_go_in_and_out),
        cmocka_unit_test(nodes_go_out_while_they_are_walked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
