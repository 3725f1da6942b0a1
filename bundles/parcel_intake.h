/*
 * Many bundles from a stick or folder into a store.
 *
 *     parcel_intake_new(&intake, store, today, taken, context);
 *     parcel_intake_add(intake, parcel, keeping);     any number of these
 *     parcel_intake_finish(intake);
 *     parcel_intake_free(intake);
 *
 * Each transaction ends in a sync of the disk, which is what takes the time:
 * some bundles (COMMIT_RECORDS_MAX, COMMIT_OCTETS_MAX) share one.  None is
 * open between two calls.
 */
#ifndef P2PUB_BUNDLES_PARCEL_INTAKE_H
#define P2PUB_BUNDLES_PARCEL_INTAKE_H

#include "bundles/parcel.h"
#include "bundles/store.h"
#include "core/status.h"
#include "core/time.h"

struct parcel_intake;

/*
 * Called for each parcel, in order, once it is committed or has failed: status
 * is what parcel_import would return, *result is only valid for STATUS_OK.
 * The first that returns anything but STATUS_OK makes the intake's function
 * return that; the others are called all the same.
 */
typedef enum status parcel_taken(void *context, const struct parcel *parcel,
                                 enum store_class keeping, enum status status,
                                 const struct parcel_import *result);

/* Free *out with parcel_intake_free.  STATUS_NO_MEMORY. */
enum status parcel_intake_new(struct parcel_intake **out, struct store *store,
                              struct day today, parcel_taken *taken,
                              void *context) MUST_CHECK;

/* What was not finished is forgotten.  NULL is allowed. */
void parcel_intake_free(struct parcel_intake *intake);

/* Take in parcel, which becomes the intake's whatever happens.  Returns what
 * taken returned; what is wrong with a parcel is told to that alone. */
enum status parcel_intake_add(struct parcel_intake *intake,
                              struct parcel *parcel,
                              enum store_class keeping) MUST_CHECK;
enum status parcel_intake_finish(struct parcel_intake *intake) MUST_CHECK;

#endif
