#include "cli/refused_file.h"

#include <string.h>

#include "cli/home.h"
#include "cli/i18n.h"
#include "core/hash.h"
#include "core/limits.h"
#include "core/writer.h"

#define REFUSED_NAME "refused"

/* Hash what decides who finds room. */
static enum status
policy_of(uint8_t policy[32], const struct trust *trust, struct store *store)
{
    struct store_figures figures;
    struct byte_buf text;
    struct writer writer;
    enum status status;

    byte_buf_init(&text, FOLLOWS_TEXT_MAX + sizeof(figures.budget));
    status = trust_write(&text, trust);
    if (status == STATUS_OK)
        status = store_count(store, &figures);
    if (status == STATUS_OK) {
        writer_init(&writer, &text);
        writer_u64(&writer, figures.budget);
        status = writer_status(&writer);
    }
    if (status == STATUS_OK)
        hash_256(policy, byte_view_of_buf(&text));
    byte_buf_release(&text);
    return status;
}

int
refused_file_load(struct cli *cli, struct refused_file *file,
                  struct uv_node *host, const struct trust *trust,
                  struct store *store)
{
    struct byte_buf octets;
    enum status status;
    int code;

    memset(file, 0, sizeof(*file));
    status = policy_of(file->policy, trust, store);
    if (status != STATUS_OK)
        return cli_fail_store(cli, status);
    byte_buf_init(&octets, REFUSED_FILE_MAX);
    code = home_read(cli, REFUSED_NAME, &octets);
    if (code == 0 && octets.size > 0) {
        status =
            uv_node_load_refused(host, file->policy, byte_view_of_buf(&octets));
        if (status == STATUS_MALFORMED)
            cli_warn(cli,
                     _("'%s/%s' is damaged: what found no room is offered "
                       "again"),
                     cli->home, REFUSED_NAME);
        else if (status != STATUS_OK && status != STATUS_NEWER)
            code = cli_fail_store(cli, status);
    }
    byte_buf_release(&octets);
    file->saved = uv_node_figures(host).engine.refused_changes;
    return code;
}

void
refused_file_check(struct refused_file *file, struct uv_node *host,
                   const struct trust *trust, struct store *store)
{
    uint8_t policy[32];

    if (policy_of(policy, trust, store) != STATUS_OK ||
        memcmp(policy, file->policy, sizeof(policy)) == 0)
        return;
    memcpy(file->policy, policy, sizeof(policy));
    uv_node_policy_changed(host);
}

void
refused_file_save(struct cli *cli, struct refused_file *file,
                  const struct uv_node *host)
{
    const struct uv_node_figures figures = uv_node_figures(host);
    struct byte_buf octets;
    enum status status;

    if (figures.engine.refused_changes == file->saved)
        return;
    byte_buf_init(&octets, REFUSED_FILE_MAX);
    status = uv_node_save_refused(host, file->policy, &octets);
    if (status == STATUS_OK &&
        home_write(cli, REFUSED_NAME, byte_view_of_buf(&octets), 0600) != 0)
        cli_warn(cli, _("what found no room is offered again after a restart"));
    byte_buf_release(&octets);
    file->saved = figures.engine.refused_changes;
    file->saved_at = figures.milliseconds;
}

void
refused_file_save_at_times(struct cli *cli, struct refused_file *file,
                           const struct uv_node *host)
{
    if (uv_node_figures(host).milliseconds - file->saved_at >= REFUSED_SAVE_MS)
        refused_file_save(cli, file, host);
}
