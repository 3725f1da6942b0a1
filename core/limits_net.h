/*
 * The bounds of net/, with unit and reason; include core/limits.h.
 */
#ifndef P2PUB_CORE_LIMITS_NET_H
#define P2PUB_CORE_LIMITS_NET_H

#include <stddef.h>

/* Links (net/PROTOCOL.md). */

/* Message 1 on the wire: one segment on every road. */
#define HELLO_SIZE_MAX ((size_t)1200)
/* Message 1 before base64, with its padding: 4 / 3 of it stays below
 * HELLO_SIZE_MAX.  The shortest has room for every shape. */
#define HELLO_PADDED_MIN ((size_t)128)
#define HELLO_PADDED_MAX ((size_t)894)
/* What message 2 carries: digests, counts and first cells. */
#define SESSION_PAYLOAD_MAX ((size_t)16 * 1024)
/* A frame's plain body: a second on the slowest road. */
#define FRAME_BODY_MAX ((size_t)16 * 1024)
/* Octets of messages in one frame: with 36 around them a multiple of 1024, and
 * the last frame of a flight has room for the flight's padding. */
#define FRAME_OCTETS_MAX ((size_t)15 * 1024 - 36)
/* Of the first frames of a direction less, in so many of them: the first text
 * is readable before 16 KiB have come, and before what a lost packet holds
 * up. */
#define FRAME_OCTETS_FIRST ((size_t)2 * 1024 - 36)
#define FRAMES_FIRST       8U
/* Frames under one key. */
#define FRAME_REKEY 1024U
/* Octets that wait in a session: some reads of a socket, and some messages. */
#define SESSION_INPUT_MAX  ((size_t)256 * 1024)
#define SESSION_OUTPUT_MAX ((size_t)1024 * 1024)
/* A link ends after so many octets, or after an hour, and begins anew. */
#define SESSION_OCTETS_MAX ((size_t)256 * 1024 * 1024)
#define SESSION_LIFE_MS    3600000U
/* Hours by which a caller's clock may be wrong: no NTP in a shutdown. */
#define REPLAY_WINDOW_HOURS 12U
/* Hellos remembered of one day, 10,000 of which are expected. */
#define REPLAY_DAY_MAX ((size_t)1 << 18)
/* Hellos without a clock remembered for the life of a secret. */
#define REPLAY_ETERNAL_MAX ((size_t)1 << 20)
/* Days with hellos that are remembered at once: a window touches two, and
 * clocks jump. */
#define REPLAY_DAYS 4U

/* Messages (net/PROTOCOL.md, "Messages"). */

/* Type and length in front of each message. */
#define MESSAGE_HEAD_SIZE ((size_t)4)
/* Body of one message: the longest text that travels with its record. */
#define MESSAGE_BODY_MAX ((size_t)48 * 1024)
/* Stored octets of an attachment that is small enough to travel so too. */
#define MESSAGE_SMALL_FILE_MAX ((size_t)4 * 1024)
/* Entries of one acknowledgement, 9 octets each. */
#define MESSAGE_ACKS_MAX ((size_t)1024)
/* Records of one IHAVE or GRAFT, 8 octets each. */
#define MESSAGE_PREFIXES_MAX ((size_t)1024)

/* Comparing (net/PROTOCOL.md, "Comparing"). */

/* Ranges of one summary: 8 days, 7 blocks of 8, 7 of 64, SUMMARY_FAR_BLOCKS of
 * 512, the past and the future, and room to split one range finely. */
#define SUMMARY_RANGES_MAX ((size_t)64)
/* Blocks of 512 days that are named one by one: 22 years. */
#define SUMMARY_FAR_BLOCKS 16
/* A range with more ids than this on the smaller side is split by days first:
 * a list of so many costs 5 kB, a summary of its parts 0.4 kB. */
#define SUMMARY_SPLIT_IDS ((size_t)1024)
/* One day's ids are listed in slices of about so many, 19 kB each. */
#define LIST_IDS_AIM ((size_t)4096)
/* Ids in one list: a slice holds twice the aim only if the salt is not
 * random.  Fits a message: 8,192 * 5.2 octets. */
#define LIST_IDS_MAX ((size_t)8192)
/* A day is cut into at most 2^20 slices: 2^32 ids at the aim. */
#define LIST_BITS_MAX 20
/* Lists sent and not yet answered on one link. */
#define LISTS_IN_FLIGHT_MAX ((size_t)4)
/* Ids wanted and not yet arrived on one link; 8 octets and a place each. */
#define WANTS_MAX (LISTS_IN_FLIGHT_MAX * LIST_IDS_MAX)
/* On each of many links; what does not fit is found by the next summary. */
#define WANTS_LEAST ((size_t)2048)
#define WANTS_TOTAL ((size_t)262144)
/* Sketches (net/sketch). */

/* Ids of one sketch, 24 octets each; larger spans are split first. */
#define SKETCH_IDS_MAX ((size_t)50000)
/* Cells of one sketch, 16 octets each: enough for 17,000 ids that differ,
 * beyond which lists are shorter. */
#define SKETCH_CELLS_MAX ((size_t)16384)
/* Cells without which no difference counts as found: a forged set could leave
 * the first ones empty. */
#define SKETCH_CELLS_LEAST ((size_t)16)
/* Times that a decoder tries its own ids on cells that came. */
#define SKETCH_PASSES 16
/* Steps, each a cell on the way of an id: what putting one id in its place
 * among 50,000 costs, and copying a cell the eighth part of one. */
#define SKETCH_STEPS_SORT ((size_t)4)
#define SKETCH_STEP_CELLS ((size_t)8)
/* Steps that looking at one id may take: four ways through all cells, of which
 * nobody finds one with more than 64. */
#define SKETCH_STEPS_ID ((size_t)256)

/* Records whose cells are given in message 2, to whoever calls: 1 ms of a
 * laptop.  And of all callers at once, and a second: 1 % of a laptop. */
#define FIRST_CELLS_IDS        ((size_t)512)
#define FIRST_CELLS_BURST      8192
#define FIRST_CELLS_PER_SECOND 4096

/* Reconciling (net/reconcile). */

/* Spans that one link reconciles at a time, half of them begun by either
 * side; 100 octets each. */
#define RECONCILE_ITEMS_MAX ((size_t)16)
/* Sketches of one link that are in memory: one may wait for cells meanwhile. */
#define RECONCILE_ACTIVE ((size_t)2)
/* Ids in the sketches of all links, 5 MiB with the index; by memory. */
#define SKETCH_IDS_TOTAL ((size_t)200000)
/* Records that may differ where both sides have as many: the first cells are
 * for these, and for twice those that are known to differ. */
#define RECONCILE_APART_LEAST 16U
/* Cells that come before any were asked for: one message. */
#define RECONCILE_FIRST_MAX 4000U
/* Times that more cells are asked for: once as an estimate says, and three
 * times what was missing. */
#define RECONCILE_TOP_UPS 4U
/* Rows of the store that sketches look at in one turn: 15 ms of a slow
 * core. */
#define RECONCILE_ROWS_TURN ((size_t)8192)
/* Steps of sketches (net/sketch) in one turn: 1 to 2 ms of a laptop, 15 ms of a
 * slow core. */
#define RECONCILE_STEPS_TURN ((size_t)32768)
/* Links share a turn; but none that has its turn does less than this: one
 * message of cells, or an id. */
#define RECONCILE_ROWS_LEAST  ((size_t)128)
#define RECONCILE_STEPS_LEAST ((size_t)512)
/* Octets of a list beside its ids, and of an id in it: what lists are weighed
 * against sketches with. */
#define COMPARE_LIST_HEAD 12U
#define COMPARE_LIST_ID   5U
/* A day of so few ids is listed at once and waits for no sketch. */
#define COMPARE_SHORT_DAY_IDS 32U

/* Ranges that wait to be listed or pushed on one link, 24 octets each.  What
 * does not fit is found by the next summary. */
#define COMPARE_JOBS_MAX ((size_t)512)
/* Rows of the store that one link may make us walk before it must rest: at
 * first, for each record that is here, and a second (3 % of a slow core). */
#define COMPARE_ROWS_BURST      262144
#define COMPARE_ROWS_EACH       64
#define COMPARE_ROWS_PER_SECOND 32768
/* An open link compares anew, milliseconds. */
#define COMPARE_EVERY_MS 600000
/* Summaries that something unexpected calls for: not more often. */
#define COMPARE_AGAIN_MS 1000

/* Exchange (net/PROTOCOL.md, "Exchange"). */

/*
 * What one link may hold depends on how many there are: an equal share of the
 * TOTAL, but at least the LEAST and at most the MAX.  So few links are fast,
 * and 256 that mean no good hold 100 MiB and not a gigabyte.  Each TOTAL is
 * that of MEMORY_DEFAULT (net/budget).
 */

/* Records that wait to be sent on one link, 56 octets each.  What does not
 * fit is found by the next summary. */
#define OUTBOX_MAX   ((size_t)16384)
#define OUTBOX_LEAST ((size_t)1024)
#define OUTBOX_TOTAL ((size_t)65536)
/* Records that one link remembers the other side to have, 100 octets each;
 * the oldest is forgotten, which costs one transfer at worst. */
#define KNOWN_MAX   ((size_t)4096)
#define KNOWN_LEAST ((size_t)512)
#define KNOWN_TOTAL ((size_t)65536)
/* Octets of records and chunks that a peer may send before we grant more: a
 * second of 10 Mbit/s at 700 ms. */
#define CREDIT_MAX   ((size_t)1024 * 1024)
#define CREDIT_LEAST ((size_t)96 * 1024)
#define CREDIT_TOTAL ((size_t)8 * 1024 * 1024)
/* Acknowledgements wait for others on a slow link, milliseconds: a round trip
 * of it, in which 1 Mbit/s brings six statements. */
#define ACK_DELAY_MS 100U
/* Octets given to the host and not yet written: a new text waits behind no
 * more than this. */
#define SEND_AHEAD_MAX   ((size_t)256 * 1024)
#define SEND_AHEAD_LEAST ((size_t)64 * 1024)
#define SEND_AHEAD_TOTAL ((size_t)8 * 1024 * 1024)
/* Octets of messages that came and wait for their turn: the credit, and so
 * much for what credit does not count (lists and wants in flight). */
#define INBOX_TALK_MAX ((size_t)256 * 1024)
/* Octets of what is remembered of records that found no room here and are not
 * asked for again, 40 octets each: 400,000 of them; by memory. */
#define REFUSED_TOTAL ((size_t)16 * 1024 * 1024)
/* The file of them: as many as with the largest memory that makes sense. */
#define REFUSED_FILE_MAX ((size_t)256 * 1024 * 1024)
/* It is written while the node runs, once in so many milliseconds and where
 * something has changed: a board that loses its power has little to ask anew. */
#define REFUSED_SAVE_MS 600000
/* Octets of messages that wait for the session: those sent ahead, and the
 * answers to one turn. */
#define PEER_OUT_MAX ((size_t)768 * 1024)
/* Chunks asked of one peer and not yet there. */
#define CHUNKS_IN_FLIGHT_MAX ((size_t)32)
/* Records whose chunks are being fetched at one time: 16 KiB each. */
#define FETCHES_MAX ((size_t)64)
/* A peer that was asked for chunks and sends none for so long has them asked
 * of others, milliseconds: four of the largest at 2 kB a second. */
#define FETCH_PATIENCE_MS 60000U
/* Runs of missing chunks looked up at a time. */
#define FETCH_GAPS_MAX ((size_t)16)
/* A peer that lacked the chunks of so many records in a row is asked for no
 * more in this contact. */
#define FETCH_MISSES_MAX 64
/* Incomplete records looked at in one search for something to fetch: 30 ms of
 * a slow core, once for FETCHES_MAX of them. */
#define FETCH_SEARCH_ROWS ((size_t)8192)
/* Messages a second on one link, and at once: an honest peer sends records of
 * 400 octets at 100 Mbit/s. */
#define PEER_MESSAGES_PER_SECOND 32768
#define PEER_MESSAGES_BURST      65536
/* Octets a second, and at once, that no credit counts. */
#define PEER_TALK_PER_SECOND ((size_t)256 * 1024)
#define PEER_TALK_BURST      ((size_t)8 * 1024 * 1024)

/* Passing on (net/gossip), milliseconds where MS. */

/* A record that was announced and did not come by itself is asked for.  By the
 * tree it comes later than its first name by ten times the delay of a link, if
 * its author is near: with 500 ms a tree of links of 100 ms was torn by each
 * text, though nothing was broken (README, "Many nodes"). */
#define GOSSIP_WAIT_MS 1000U
/* Then it is asked of the next that announced it: a round trip of 700 ms, and
 * 16 KiB at 16 kB a second. */
#define GOSSIP_GRAFT_MS 2000U
/* Records that one link announced and that are not here, 200 octets each. */
#define GOSSIP_AWAITED_MAX   ((size_t)1024)
#define GOSSIP_AWAITED_LEAST ((size_t)128)
#define GOSSIP_AWAITED_TOTAL ((size_t)16384)

/* Going wide (net/wide). */

/* Of the copies of a record that goes wide one in so many goes on wide.  In a
 * model of 10,000 nodes with six links each 99 % have it after 11.5 delays of a
 * link by the tree alone, 11.2 with one in four, 10.9 with one in three, and
 * 10.6 with one in two, which costs as many copies as may be. */
#define WIDE_ON_ONE_IN 3U
/* Of a node's own records one in so many does not go wide. */
#define WIDE_NOT_ONE_IN 8U
/* A record that comes so much later than its first name, milliseconds, came by
 * a slow tree, and for so many new records what is published goes wide. */
#define WIDE_LATE_MS      250U
#define WIDE_LATE_RECORDS ((size_t)32)
/* New records that pay for one copy over a lazy link: so there are 1.2 copies
 * of each at most.  Copies that may be paid in advance: a link each. */
#define WIDE_EARN       ((size_t)5)
#define WIDE_COPIES_MAX ((size_t)4)
/* Marks of one link that are remembered until their records come. */
#define WIDE_MARKS_MAX ((size_t)64)

/* One turn of the engine: 128 records are 20 ms of verification, one commit.
 * With 64 a third more pages are written, for each touches the indexes anew;
 * with 256 a tenth less, and others wait for twice as long. */
#define TURN_RECORDS_MAX ((size_t)128)
#define TURN_CHUNKS_MAX  ((size_t)64)

/* Memory of a node (net/budget). */

/* Octets, without the store: what the parts below and above that say "by
 * memory" come to together. */
#define MEMORY_DEFAULT ((size_t)96 * 1024 * 1024)
/* A handful of links, of which one or two are busy. */
#define MEMORY_LEAST ((size_t)2 * 1024 * 1024)

/* The compression stream of a link (net/stream). */

/* Plain octets of one message: what a message holds without the stream. */
#define STREAM_PLAIN_MAX MESSAGE_BODY_MAX
/* zstd's windows, as powers of two: less than 256 KiB gains little on deflate,
 * 8 MiB is what RFC 8878 asks every reader to take. */
#define STREAM_WINDOW_LOG_MIN 18
#define STREAM_WINDOW_LOG_MAX 23
/* Octets that both ends know and that zstd leans on from the start: 100
 * statements. */
#define STREAM_PRIME_MAX ((size_t)1024 * 1024)
/* Records that are named for that, 4 octets each: 160 of them gain nothing
 * (make bench). */
#define PRIME_RECORDS_MAX ((size_t)100)
/* Rows of the store that are looked at for them, on either side. */
#define PRIME_ROWS_MAX ((size_t)4096)
/* More records than this to send are packed better by taking pains than by
 * leaning on what is there (make bench). */
#define PRIME_NEWS_MAX ((size_t)32)
/* What zlib takes for one direction: zconf.h's formula, and its state. */
#define STREAM_DEFLATE_PACKS   ((size_t)400 * 1024)
#define STREAM_DEFLATE_EXPANDS ((size_t)48 * 1024)
/* Memory of the streams of all links, each way: zstd for one or some slow
 * links, deflate for others, and none for the rest; by memory (net/budget). */
#define STREAM_PACKS_TOTAL   ((size_t)20 * 1024 * 1024)
#define STREAM_EXPANDS_TOTAL ((size_t)16 * 1024 * 1024)
/* Of the second so much is for those who came when zstd was given away. */
#define STREAM_EXPANDS_DEFLATE ((size_t)4 * 1024 * 1024)
/* The window that we announce: 4 and 8 MiB gain 2 and 3 % (make bench). */
#define STREAM_WINDOW_LOG 21
/* How far back deflate reaches, as HELLO says it. */
#define STREAM_REACH_DEFLATE 15
/* A stream may begin anew so often on one link, each time in new memory. */
#define STREAM_BEGINS_MAX 64
/* Plain octets that count like one more message. */
#define STREAM_PLAIN_TOKEN ((size_t)1024)
/* What packing is eased to when the link waits for it: a tenth of the work
 * for 12 % more octets (make bench). */
#define STREAM_EFFORT_EASY 12
/* Octets in the host's queue while a stream is in use: what is packed ahead is
 * work of one turn, and nothing overtakes it. */
#define STREAM_AHEAD_MAX ((size_t)32 * 1024)

/* How much a link carries (net/pace). */

/* Octets a second, 4 Mbit/s: from there on the stored form is as good. */
#define PACE_SLOW_RATE 500000U
/* A link with a first round trip of fewer milliseconds is taken for fast. */
#define PACE_NEAR_MS 15U
/* Records in flight that are remembered, and octets between two of them: the
 * window of 1 Mbit/s and a queue of half a second. */
#define PACE_MARKS_MAX   ((size_t)32)
#define PACE_MARK_OCTETS ((size_t)4 * 1024)
/* Octets and milliseconds that make a measurement. */
#define PACE_LEAST   ((size_t)16 * 1024)
#define PACE_SPAN_MS 500U
/* Octets after which it is seen whether the link waits for packing: more than a
 * socket takes at once, where that cannot be kept small (LINK_AHEAD). */
#define PACE_DRY ((size_t)128 * 1024)
/* Plain octets over stored ones, rounded. */
#define PACE_STORED_RATIO 3

/* Links (net/engine). */

/* A called side that stays silent so long is given up, milliseconds. */
#define LINK_HANDSHAKE_MS 10000U
/* Links with a finished handshake: descriptors and 40 kB each. */
#define LINKS_OPEN_MAX ((size_t)256)
/* Callers that have not shown that they know the secret: in all, and of one
 * prefix of addresses (one network behind one router). */
#define ADMISSION_MAX        ((size_t)256)
#define ADMISSION_PREFIX_MAX ((size_t)32)
/* Neighbours that a node chooses: 200 fall apart less than once in 10^9. */
#define LINKS_CHOSEN ((size_t)5)
/* Neighbours that dialled us and are kept once there is nothing left to say; in
 * all, with those that still have something. */
#define LINKS_ACCEPTED_MAX  ((size_t)16)
#define LINKS_ACCEPTED_MOST ((size_t)64)
/* One that had no place for us is left alone for so long to twice so long; how
 * often one of those chosen is exchanged for another, milliseconds. */
#define LINKS_FULL_MS         300000U
#define LINKS_ROTATE_LEAST_MS 600000U
#define LINKS_ROTATE_MOST_MS  1200000U
/* Octets that the system takes from us before it can send them: what it holds
 * nothing overtakes, and we would not know that a link is slow. */
#define LINK_AHEAD (32 * 1024)
/* Two links of one pair that began within this time crossed each other;
 * later the older one is taken to be dead, milliseconds. */
#define LINK_CROSSING_MS 60000U

/* Finding neighbours (net/discovery), milliseconds where MS. */

/* Neighbours that are remembered, 80 octets each. */
#define PEER_BOOK_MAX ((size_t)256)
/* Beacons come every two minutes: one that five times did not is gone. */
#define PEER_BOOK_HEARD_MS 600000U
/* Between two beacons when nothing happens. */
#define DISCOVERY_PAUSE_LEAST_MS 30000U
#define DISCOVERY_PAUSE_MOST_MS  120000U
/* Time for a dialled neighbour to get a link. */
#define DISCOVERY_DIAL_MS 30000U
/* With fewer links than this whoever is heard of is dialled at once; else one is
 * chosen among all, after so long. */
#define DISCOVERY_AT_ONCE   ((size_t)2)
#define DISCOVERY_CHOOSE_MS 1000U
/* The one that is to dial is given so long before we do. */
#define DISCOVERY_GRACE_MS 3000U
/* Answers that one question brings about, on average. */
#define DISCOVERY_ANSWERS 8U
/* After a contact that left nothing to say: what is new since is as likely to
 * come by another. */
#define DISCOVERY_REST_MS 30000U
/* Before a neighbour that could not be reached is dialled again. */
#define DISCOVERY_BACKOFF_LEAST_MS 5000U
#define DISCOVERY_BACKOFF_MOST_MS  300000U
/* Dials and answers that strangers' beacons may cause: at once, a second. */
#define DISCOVERY_BURST      16
#define DISCOVERY_PER_SECOND 2

/* Connections (net/uv_link), milliseconds where MS. */

/* For a connection to come about: three repetitions of a lost SYN.  A firewall
 * that swallows it must not hold up what else may be tried. */
#define LINK_CONNECT_MS 10000
/* For what was sent to leave, once a link ends: 256 KiB at 5 kB/s. */
#define LINK_UNSENT_MS 60000
/* For a first octet from a peer that was asked whether there is news: one that
 * says nothing for so long is behind a network that is gone. */
#define LINK_ANSWER_MS 10000
/* For the peer to end too, after that. */
#define LINK_FAREWELL_MS 5000
/* Reads of NODE_READ_SIZE before a link is closed unread: all that the system
 * holds for one connection, and no more if the peer goes on. */
#define LINK_EVICT_READS 64

/* Dialling a relay (net/uv_dial), milliseconds where MS. */

/* Between two attempts of one round: RFC 8305 asks for 100 ms to 2 s. */
#define DIAL_STAGGER_MS 300
/* Attempts in flight: a port that swallows everything must not stop others. */
#define DIAL_AT_ONCE 4
/* Addresses that the names of one relay may resolve to. */
#define DIAL_ADDRESSES_MAX  ((size_t)8)
#define DIAL_PAUSE_FIRST_MS 2000
#define DIAL_PAUSE_LAST_MS  300000

/* Relays that other nodes tell of (net/relay_book), milliseconds where MS. */

/* Learned lines, 1.3 kB each. */
#define RELAY_LEARNED_MAX ((size_t)64)
/* Keys of relays that a person does not want to hear of again, on disk. */
#define RELAY_FORGOTTEN_MAX ((size_t)64)
/* Days for which one that does not answer is kept. */
#define RELAY_LEARNED_DAYS 30
/* Lines learned in a day: from one address, and in all.  A flood displaces no
 * more than half of what was learned before. */
#define RELAY_LEARNED_FROM_ONE ((size_t)8)
#define RELAY_LEARNED_A_DAY    ((size_t)32)
#define RELAY_DAY_MS           86400000U
/* Names of one RELAY_NAMES, lines of one RELAYS and octets of each: the
 * longest that there is has 1,347. */
#define RELAY_NAMES_MAX ((size_t)64)
#define RELAY_ASK_MAX   ((size_t)8)
#define RELAY_LINE_MAX  ((size_t)1536)
/* RELAY_NAMES that are listened to on one link, and lines that may be asked for
 * on it: more than a node learns while a link lives. */
#define RELAY_NAMES_HEARD ((size_t)32)
#define RELAY_ASKED_MAX   ((size_t)64)
/* A client asks its relay in one contact of so many, whatever it holds. */
#define RELAY_ASK_ONE_IN 4U
/* A learned relay is tried alone, and the next so much later; where it did not
 * answer it is left alone longer each time. */
#define RELAY_TRY_PAUSE_MS    60000U
#define RELAY_TRY_AGAIN_LEAST 600000U
#define RELAY_TRY_AGAIN_MOST  86400000U
/* Connections of one attempt, and relays that are tried in one contact. */
#define RELAY_TRY_ADDRESSES ((size_t)8)
#define RELAY_TRIES_ONCE    3U

/* Beacons (net/uv_beacon). */

/* Addresses of interfaces that a beacon leaves by. */
#define BEACON_ROADS_MAX ((size_t)32)
/* A beacon has 136 octets; more is read only to be refused. */
#define BEACON_DATAGRAM_MAX ((size_t)512)
/* How often interfaces are looked at, milliseconds. */
#define BEACON_INTERFACES_MS 5000

/* Commands that talk to one daemon at a time. */
#define CONTROL_CLIENTS_MAX ((size_t)32)
/* Octets of answers that a command has not read: 64 lines. */
#define CONTROL_UNREAD_MAX ((size_t)16 * 1024)

/* The node on this machine (net/uv_node). */

/* One read of a link: large enough for two chunks of a fast link. */
#define NODE_READ_SIZE ((size_t)64 * 1024)
/* Links are read for one turn until they brought so much (64 records of 4 kB),
 * so that each commit is worth its disk sync; and on until they brought the
 * work of a turn (TURN_RECORDS_MAX such records, half of CREDIT_MAX), if that
 * takes no longer than so many milliseconds. */
#define NODE_TURN_OCTETS     ((size_t)256 * 1024)
#define NODE_TURN_OCTETS_MAX ((size_t)512 * 1024)
#define NODE_TURN_MS         50
/* Connections that the system holds for us while we work. */
#define NODE_BACKLOG 128
/* Connections at once: open links, callers, and some that are ending; beyond
 * that the one that has been ending longest is closed. */
#define NODE_LINKS_MAX (LINKS_OPEN_MAX + ADMISSION_MAX + 64)
/* Time for last words when ending, milliseconds. */
#define NODE_GOODBYE_MS 2000
/* How long neighbours are listened for when somebody waits, milliseconds: long
 * enough for the second and third of their answers to our beacons. */
#define NODE_DISCOVER_MS 4000
/* Between two attempts at a typed address, milliseconds; a quiet node wakes
 * for nothing else. */
#define NODE_RETRY_MS 30000

#endif
