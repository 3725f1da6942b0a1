#include "bundles/kind.h"

#include "bundles/cosign.h"
#include "bundles/identity.h"
#include "bundles/revoke.h"
#include "bundles/sealed.h"
#include "bundles/statement.h"
#include "bundles/vouch.h"
#include "bundles/withdraw.h"

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
    struct identity identity;
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
        return identity_read(&identity, record);
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
