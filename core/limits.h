/*
 * Every bound of p2pub, with its unit and its reason; those of net/ are in
 * core/limits_net.h, which comes with this.
 *
 * Sizes are octets and of type size_t unless the name says otherwise.
 */
#ifndef P2PUB_CORE_LIMITS_H
#define P2PUB_CORE_LIMITS_H

#include <stddef.h>

#include "core/limits_net.h"

/* Records (bundles/FORMAT.md). */

/* Header and signatures of one record: one message, one row, one page. */
#define RECORD_WIRE_MAX ((size_t)16 * 1024)
/* The two signatures that precede the header on the wire. */
#define RECORD_SIGNATURES_SIZE ((size_t)128)
#define RECORD_HEADER_MAX      (RECORD_WIRE_MAX - RECORD_SIGNATURES_SIZE)
/* A kind or a word: long enough for plain English, short on a telephone. */
#define RECORD_WORD_MAX ((size_t)32)
/* `previous` lines; more than one only merges a fork. */
#define RECORD_PREVIOUS_MAX ((size_t)16)
/* Lines of `word SP text`; the header's size allows no more that mean
 * something. */
#define RECORD_LINES_MAX ((size_t)512)
/* Files of one record; each takes at least 100 octets of header. */
#define RECORD_FILES_MAX     ((size_t)128)
#define RECORD_FILE_NAME_MAX ((size_t)40)
#define RECORD_LANGUAGE_MAX  ((size_t)35) /* BCP 47, section 4.4.1 */
#define RECORD_TYPE_MAX      ((size_t)127)
#define RECORD_SEQUENCE_MAX  2147483647U /* below 2^31 */
/* Octets of one file, 1 GiB: two levels of lists. */
#define RECORD_FILE_SIZE_MAX ((size_t)1 << 30)
#define STATEMENT_TITLE_MAX  ((size_t)1024)
/* Titles in other languages; as many as fit a header beside the rest. */
#define STATEMENT_TITLES_MAX         ((size_t)16)
#define STATEMENT_SIGNATORY_NAME_MAX ((size_t)64)
#define IDENTITY_NAME_MAX            ((size_t)64)
#define IDENTITY_RECOVERY_MAX        ((size_t)16)
/* The highest version of an identity: a new key every week for five years; a
 * chain is followed from its first version each time. */
#define IDENTITY_VERSION_MAX ((uint32_t)256)
/* Versions with one number that one version heals. */
#define IDENTITY_FOLLOWS_MAX ((size_t)4)
/* Keys that one version ends: those of IDENTITY_FOLLOWS_MAX, the one before
 * them, and as many that are set right. */
#define IDENTITY_GOOD_MAX ((size_t)8)
/* Versions with one number that count and are looked at: twice what one that
 * heals can follow. */
#define LINEAGE_RIVALS_MAX ((size_t)8)
/* Versions by anyone that say they follow one, and of all in one chain: beyond
 * these, a few thousandths and a quarter of a second, they are looked for by
 * way of recovery keys: a command reads each chain that is followed.  What is
 * looked at of one such key, of each kind, and of all: seven of sixteen that
 * were stolen use up less. */
#define LINEAGE_FOLLOWERS_MAX       ((size_t)256)
#define LINEAGE_ROWS_MAX            ((size_t)65536)
#define LINEAGE_CONSENTS_MAX        ((size_t)1024)
#define LINEAGE_CONSENTS_IN_ALL_MAX ((size_t)16384)
/* Versions of one chain that enough recovery keys of the one before agreed to,
 * and that are judged. */
#define LINEAGE_JUDGED_MAX ((size_t)4096)
/* Identities by one key that are looked at for the chain that it belongs to,
 * and versions 1 to which these may lead: an owner has one of these. */
#define LINEAGE_OWN_MAX   ((size_t)64)
#define LINEAGE_ROOTS_MAX ((size_t)8)
/* Records of the good part of a key: 17 MiB, and ten times what an
 * organisation publishes in ten years.  And those that wait for their turn:
 * more than one only where the author merged forks. */
#define GOOD_RECORDS_MAX ((size_t)1 << 16)
#define GOOD_PENDING_MAX ((size_t)1024)
/* Keys whose chains are remembered during one piece of work, 100 octets
 * each, and 2 KiB a chain. */
#define LINEAGES_MAX ((size_t)8192)
/* Names in other languages: more than any organisation works in. */
#define IDENTITY_NAMES_MAX ((size_t)16)
/* Octets of a web address. */
#define IDENTITY_WEB_MAX    ((size_t)256)
#define WITHDRAW_REASON_MAX ((size_t)1024)
#define REVOKE_REASON_MAX   ((size_t)1024)
/* What one organisation calls another: as long as an identity's name. */
#define VOUCH_NAME_MAX ((size_t)64)
/* Vouches of one key that count, and introducers of one reader: 256 times 64
 * names of 0.4 kB are 7 MiB, and are read in half a second. */
#define VOUCHES_MAX     ((size_t)256)
#define INTRODUCERS_MAX ((size_t)64)
/* Revocations of one key that are opened for date and reason: one is enough.
 * And rows that are looked at for which came first, a tenth of a second:
 * beyond them no record counts as one that came before. */
#define REVOCATIONS_MAX        ((size_t)64)
#define REVOCATIONS_LOOKED_MAX ((size_t)16384)
/* Octets of the box of a sealed statement.  The least hides a text of a page
 * among others; the most is held in memory, and beyond it a report with
 * photographs is better announced than carried unread through a bad link. */
#define SEALED_BOX_MIN ((size_t)4096)
#define SEALED_BOX_MAX ((size_t)16 << 20)
/* Octets of all files of the statement inside: whoever lists what was released
 * unpacks and hashes them, and deflate makes a thousand of one. */
#define SEALED_FILES_SIZE_MAX ((uint64_t)SEALED_BOX_MAX)
/* Releases of one sealed statement by its author that are looked at, a hash
 * each and some tens of milliseconds in all; the signatures are checked of the
 * one that fits.  So many, that whoever stole the key cannot drown it in a
 * hurry. */
#define RELEASES_MAX ((size_t)4096)
/* Records that seal one statement and are looked at: one is enough, unless it
 * needs a newer p2pub. */
#define SEALINGS_MAX ((size_t)64)
/* Octets of a text in which the key of a sealed statement is looked for: some
 * messages of a telephone. */
#define KEY_LINE_INPUT_MAX ((size_t)4096)
/* Octets of one encrypted piece: a chunk, so that none is fetched for two. */
#define SEALED_PIECE_SIZE ((size_t)32768)
/* The highest number of a `work` line: tries enough for 32 zero bits. */
#define STATEMENT_WORK_MAX ((size_t)4294967295U)

/* Chunks. */

/* A chunk's plain octets: two fit a deflate window's reach. */
#define CHUNK_SIZE ((size_t)32 * 1024)
/* Ids in one list chunk: CHUNK_SIZE / 32. */
#define CHUNK_LIST_IDS ((size_t)1024)
/* A stored chunk: raw octets at worst, so never longer than the plain. */
#define CHUNK_STORED_MAX CHUNK_SIZE
/* All that reaches the first octet of the output: 32768 - 262. */
#define DICTIONARY_MAX ((size_t)32506)

/* minisign's files. */

#define MINISIG_TEXT_MAX    ((size_t)4 * 1024)
#define MINISIG_TRUSTED_MAX ((size_t)512)
#define KEYFILE_TEXT_MAX    ((size_t)4 * 1024)
/* scrypt limits accepted on reading: a laptop's default of stock minisign. */
#define KEYFILE_MEMORY_MAX     ((size_t)1024 * 1024 * 1024)
#define KEYFILE_OPERATIONS_MAX ((size_t)1 << 26)
/* scrypt limits written: opens on a machine of 512 MiB. */
#define KEYFILE_MEMORY_NEW     ((size_t)128 * 1024 * 1024)
#define KEYFILE_OPERATIONS_NEW ((size_t)1 << 25)
#define PASSPHRASE_MAX         ((size_t)1024)

/* What a person gives. */

/* Lines that are typed back from paper (core/paper.h), and the octets in them
 * without those of their length: a revocation with a reason of 1,024 octets
 * takes 64. */
#define PAPER_LINES_MAX  ((size_t)99)
#define PAPER_OCTETS_MAX (PAPER_LINES_MAX * 20 - 2)
/* A file of 24 recovery words, with blanks. */
#define RECOVERY_WORDS_TEXT_MAX ((size_t)4096)
/* A file of the lines, with all that people write around them. */
#define PAPER_TEXT_MAX ((size_t)256 * 1024)

/* A statement's text: one FILE of publish. */
#define PUBLISH_TEXT_MAX ((size_t)1024 * 1024)
/* follows and relays: plain text that a person may edit. */
#define FOLLOWS_TEXT_MAX ((size_t)1024 * 1024)
#define FOLLOWS_MAX      ((size_t)4096)
/* What was told of them: a version of each with a new key, or
 * LINEAGE_RIVALS_MAX in conflict, 130 octets each. */
#define TOLD_TEXT_MAX ((size_t)8 * 1024 * 1024)
/* The reader's own name for a key: as long as an identity's. */
#define TRUST_NAME_MAX ((size_t)64)

/* Records of one author that are looked at to tell gaps and forks: 4 MiB. */
#define HISTORY_MAX ((size_t)1 << 16)
/* Forks of one author of which is found out whether the author merged them;
 * each takes a look at all records, 2^16 of which take a millisecond. */
#define HISTORY_FORKS_MAX ((size_t)64)
/* Numbers of one author that are looked at to tell what is missing between
 * them: 4 MiB. */
#define GAPS_NUMBERS_MAX ((size_t)1 << 20)
/* Runs of missing numbers of one author that are listed, the rest is counted:
 * 8 KiB, and more than anybody reads. */
#define GAPS_RANGES_MAX ((size_t)1024)
/* `head` lines in a statement of our own: 4.4 KiB, of which two thirds do not
 * shrink. */
#define HEADS_MAX ((size_t)32)

/* Statements of unknown keys that name one and are read to count the
 * translations among them. */
#define TRANSLATIONS_LOOKED_MAX ((size_t)256)
/* Lines or words on either side that are compared to find the fewest changes:
 * 3 MiB, and a book. */
#define DIFF_ITEMS_MAX ((size_t)1 << 16)
/* Half of the changes up to which they are the fewest: 256 KiB. */
#define DIFF_DISTANCE_MAX ((size_t)8192)
/* Comparisons of two items in one search, a tenth of a second. */
#define DIFF_EFFORT_MAX ((size_t)1 << 25)

/* What a verdict names of the records around one, the rest is counted. */
#define VERDICT_LINKS_MAX ((size_t)8)
#define VERDICT_FORKS_MAX ((size_t)4)
/* Heads of one statement: HEADS_MAX, and as many by another hand. */
#define VERDICT_HEADS_MAX ((size_t)64)

/* Statements that are read to tell which is the newest (bundles/FORMAT.md, 10):
 * a correction every day for most of a year. */
#define REPLACEMENTS_MAX ((size_t)256)
/* The same for each row of a list, where a chain of n would be n * n. */
#define REPLACEMENTS_LISTED_MAX ((size_t)16)

/* What is looked at of a record's co-signatures (bundles/FORMAT.md, 12): by one
 * key; those and what withdraws them, and that; all of unknown keys, a quarter
 * of a second; others that are named and not only counted, 600 octets each. */
#define COSIGNS_OF_KEY_MAX     ((size_t)64)
#define WITHDRAWALS_MAX        ((size_t)256)
#define SIGNATORIES_LOOKED_MAX ((size_t)16384)
#define SIGNATORIES_OTHERS_MAX ((size_t)64)

/* Folders that hold bundles (bundles/parcel). */

/* A path in a message. */
#define PARCEL_PATH_SIZE ((size_t)1024)
/* Folders and octets that an export syncs together: an eighth of a second of
 * syncing for each alone on a slow stick, and what is lost when it is pulled
 * out. */
#define EXPORT_FOLDERS_MAX ((size_t)256)
#define EXPORT_OCTETS_MAX  ((size_t)16 * 1024 * 1024)
/* Authors remembered while a list is made, 420 octets each. */
#define SIGNERS_MAX ((size_t)4096)
/* Records of one export, 32 octets each. */
#define EXPORT_RECORDS_MAX ((size_t)1 << 22)
/* A stick's tree: no link can make it endless, but a hostile one is large. */
#define PARCEL_DEPTH_MAX   ((size_t)8)
#define PARCEL_ENTRIES_MAX ((size_t)1 << 20)

/* The store. */

/* Octets of records and chunks that a home keeps by default: 1 GiB. */
#define STORE_BUDGET_DEFAULT ((size_t)1024 * 1024 * 1024)
/* Fewest and most hexadecimal digits that name a record. */
#define STORE_PREFIX_MIN ((size_t)6)
/* Records and chunks (4 MiB) that a command puts in one transaction: a daemon
 * beside it waits for the end, a second on a slow card, and the command waits
 * for the daemon's. */
#define COMMIT_RECORDS_MAX ((size_t)64)
#define COMMIT_CHUNKS_MAX  ((size_t)128)
/* Octets of files that are so few that a command reads them meanwhile. */
#define COMMIT_OCTETS_MAX (COMMIT_CHUNKS_MAX * CHUNK_SIZE)
/* Records or chunks looked at when accounts change: 128 MiB of ids, of a store
 * of 12 GiB and more. */
#define ACCOUNT_IDS_MAX ((size_t)1 << 22)
/* How long a command waits for another's transaction, milliseconds. */
#define STORE_BUSY_MS 10000
/* The path of a store, and of the files that SQLite puts beside it: SQLite
 * itself takes 504 octets and an ending. */
#define STORE_PATH_MAX ((size_t)504)

/* Files of a home that a person may edit, beside follows. */

#define RELAYS_TEXT_MAX ((size_t)256 * 1024)
/* A link is kept to each. */
#define RELAYS_MAX         ((size_t)64)
#define RELAY_KEY_TEXT_MAX ((size_t)512)
/* Relays that were learned, RELAY_LEARNED_MAX of 1.4 kB, and forgotten ones. */
#define LEARNED_TEXT_MAX ((size_t)128 * 1024)
/* A relay's or a community's line in a file of its own. */
#define COMMUNITY_TEXT_MAX  ((size_t)4096)
#define RELAY_LINE_TEXT_MAX ((size_t)4096)

/* Addresses of neighbours on one command line. */
#define NEIGHBOURS_MAX ((size_t)32)
/* How long sync goes on, seconds: as given, by default, at most. */
#define SYNC_SECONDS     60
#define SYNC_SECONDS_MAX 86400

/* publish: how long it tries to pass on, in all; how long it listens for
 * neighbours; how long it waits for more nodes once one has it.
 * Milliseconds. */
#define PASS_ON_MS          10000
#define PASS_ON_DISCOVER_MS 3000
#define PASS_ON_MORE_MS     500

#endif
