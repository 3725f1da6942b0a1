#include "bundles/kind.h"

#include "bundles/cosign.h"
#include "bundles/identity.h"
#include "bundles/revoke.h"
#include "bundles/sealed.h"
#include "bundles/statement.h"
#include "bundles/vouch.h"
#include "bundles/withdraw.h"

/* Whoever holds the key can sign a later version; without its recovery keys
 * that is worth nothing, and to say that it is the key's would be read as
 * more. */
static enum status
check_identity(const struct record *record)
{
    struct identity identity;
    enum status status = identity_read(&identity, record);

    return status == STATUS_OK && identity.version != 1 ? STATUS_NEWER : status;
}

static enum status
check_statement(const struct record *record)
{
    struct statement statement;
    enum status status = statement_read(&statement, record);

    statement_release(&statement);
    return status;
}

enum status
kind_check(const struct record *record)
{
    struct withdraw withdraw;
    struct cosign cosign;
    struct release release;
    struct revoke revoke;
    struct sealed sealed;
    struct vouch vouch;

    switch (record_kind(record)) {
    case RECORD_STATEMENT:
        return check_statement(record);
    case RECORD_IDENTITY:
        return check_identity(record);
    case RECORD_COSIGN:
        return cosign_read(&cosign, record);
    case RECORD_WITHDRAW:
        return withdraw_read(&withdraw, record);
    case RECORD_REVOKE:
        return revoke_read(&revoke, record);
    case RECORD_VOUCH:
        return vouch_read(&vouch, record);
    case RECORD_SEALED:
        return sealed_read(&sealed, record);
    case RECORD_RELEASE:
        return release_read(&release, record);
    case RECORD_OTHER:
        break;
    }
    return STATUS_NEWER;
}
