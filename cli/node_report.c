#include "cli/node.h"

/* When the first statement that came could be read; null if none came. */
static json_t *
first_report(const struct engine_figures *figures)
{
    if (!figures->has_first)
        return json_null();
    return json_pack("{s:f, s:I}", "seconds",
                     (double)figures->first_after / 1000, "round_trips",
                     (json_int_t)figures->first_round_trips);
}

void
node_report_figures(struct cli *cli, const struct uv_node_figures *figures)
{
    const struct engine_figures *engine = &figures->engine;
    json_t *document = cli->document;

    (void)json_object_set_new(document, "received",
                              json_integer((json_int_t)engine->records_in));
    (void)json_object_set_new(document, "sent",
                              json_integer((json_int_t)engine->records_out));
    (void)json_object_set_new(document, "octets_in",
                              json_integer((json_int_t)engine->octets_in));
    (void)json_object_set_new(document, "octets_out",
                              json_integer((json_int_t)engine->octets_out));
    (void)json_object_set_new(document, "round_trips",
                              json_integer((json_int_t)engine->round_trips));
    (void)json_object_set_new(document, "seconds",
                              json_real((double)figures->milliseconds / 1000));
    (void)json_object_set_new(document, "first", first_report(engine));
}
