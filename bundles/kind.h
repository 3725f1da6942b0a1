/*
 * Whether this p2pub understands a record, by the grammar of its kind.
 */
#ifndef P2PUB_BUNDLES_KIND_H
#define P2PUB_BUNDLES_KIND_H

#include "bundles/record.h"
#include "core/status.h"

/* STATUS_NEWER for what this p2pub cannot show: an unknown kind, or a known
 * one with anything in it that its grammar does not accept.
 * STATUS_NO_MEMORY. */
enum status kind_check(const struct record *record) MUST_CHECK;

#endif
