#include "tests/unit/record_vectors.h"

#include "tests/unit/records.h"

#define ZEROS_60 "000000000000000000000000000000000000000000000000000000000000"
#define ID_A     "5f3a" ZEROS_60
#define ID_B     "60aa" ZEROS_60
#define HASH_A   "8a07" ZEROS_60
#define HASH_B   "4471" ZEROS_60
#define LIST_B   "e0a4" ZEROS_60
#define TITLE    "title An end to torture\n"
#define FILE_A                                     \
    "file statement.md en text/markdown 12848 -\n" \
    "BLAKE2b-256 (statement.md) = " HASH_A "\n"
#define FILE_B                                        \
    "file photo.jpg - image/jpeg 482133 " LIST_B "\n" \
    "BLAKE2b-256 (photo.jpg) = " HASH_B "\n"

#define PREVIOUS(a) "previous " a "00" ZEROS_60 "\n"
#define PREVIOUS_4(a) \
    PREVIOUS(a "0") PREVIOUS(a "1") PREVIOUS(a "2") PREVIOUS(a "3")
#define PREVIOUS_17 \
    PREVIOUS_4("0") \
    PREVIOUS_4("1") PREVIOUS_4("2") PREVIOUS_4("3") PREVIOUS("40")

const char record_vectors_base[] = "p2pub1 statement\n"
                                   "key " RECORDS_KEY_1 "\n"
                                   "date 2023-06-26\n"
                                   "sequence 14\n"
                                   "previous " ID_A "\n" TITLE FILE_A FILE_B;

#define MALFORMED STATUS_MALFORMED
#define HOLDS     RECORD_VECTORS_SIGNED

const struct record_vectors_bad record_vectors_bad[] = {
    {"magic", MALFORMED, "p2pub1", "p2pub2", "another first word", HOLDS},
    {"kind-upper", MALFORMED, "statement", "Statement", "a capital in the kind",
     HOLDS},
    {"kind-long", MALFORMED, "statement", "a23456789-123456789-123456789-123",
     "a kind of 33 octets", HOLDS},
    {"bom", MALFORMED, "p2pub1",
     "\xef\xbb\xbf"
     "p2pub1",
     "a byte order mark", HOLDS},
    {"crlf", MALFORMED, TITLE, "title An end to torture\r\n",
     "a line that ends in CR LF", HOLDS},
    {"empty-line", MALFORMED, TITLE, TITLE "\n", "an empty line", HOLDS},
    {"no-final-lf", MALFORMED, ") = " HASH_B "\n", ") = " HASH_B,
     "no LF behind the last line", HOLDS},
    {"key-missing", MALFORMED, "key " RECORDS_KEY_1 "\n", "", "no key line",
     HOLDS},
    {"key-twice", MALFORMED, "date", "key " RECORDS_KEY_1 "\ndate",
     "two key lines", HOLDS},
    {"key-ED", MALFORMED, "key RWQ", "key RUQ",
     "a key string that begins with ED", HOLDS},
    {"key-short", MALFORMED, RECORDS_KEY_1, "RWQBAgMEBQYHCM7M",
     "a key string of 16 digits", HOLDS},
    {"date-before-key", MALFORMED, "key " RECORDS_KEY_1 "\ndate 2023-06-26\n",
     "date 2023-06-26\nkey " RECORDS_KEY_1 "\n", "date before key", HOLDS},
    {"date-no-such-day", MALFORMED, "2023-06-26", "2023-02-29",
     "a day that there was not", HOLDS},
    {"date-year-zero", MALFORMED, "2023-06-26", "0000-06-26", "the year 0",
     HOLDS},
    {"date-finer", MALFORMED, "2023-06-26", "2023-06-26T12", "more than a day",
     HOLDS},
    {"sequence-leading-zero", MALFORMED, "sequence 14", "sequence 014",
     "a leading zero", HOLDS},
    {"sequence-large", MALFORMED, "sequence 14", "sequence 2147483648",
     "a sequence of 2^31", HOLDS},
    {"sequence-0-previous", MALFORMED, "sequence 14", "sequence 0",
     "sequence 0 with a previous line", HOLDS},
    {"sequence-1-previous", MALFORMED, "sequence 14", "sequence 1",
     "sequence 1 with a previous line", HOLDS},
    {"sequence-2-alone", MALFORMED, "sequence 14\nprevious " ID_A "\n",
     "sequence 2\n", "sequence 2 without a previous line", HOLDS},
    {"previous-upper", MALFORMED, ID_A, "5F3A" ZEROS_60,
     "capitals in hexadecimal", HOLDS},
    {"previous-short", MALFORMED, ID_A, "5f3a", "an id of four digits", HOLDS},
    {"previous-descending", MALFORMED, "previous " ID_A "\n",
     "previous " ID_B "\nprevious " ID_A "\n", "previous ids descend", HOLDS},
    {"previous-twice", MALFORMED, "previous " ID_A "\n",
     "previous " ID_A "\nprevious " ID_A "\n", "a previous id twice", HOLDS},
    {"previous-late", MALFORMED, "previous " ID_A "\n" TITLE,
     TITLE "previous " ID_A "\n", "a previous line behind another line", HOLDS},
    {"word-upper", MALFORMED, TITLE, "Title x\n", "a capital in a word", HOLDS},
    {"word-reserved", MALFORMED, TITLE, "sequence 3\n",
     "a word of the envelope in another place", HOLDS},
    {"word-hexadecimal", MALFORMED, TITLE, "ab statement.md\n",
     "a line that b2sum takes for a checksum", HOLDS},
    {"word-alone", MALFORMED, TITLE, "title\n", "a word without a text", HOLDS},
    {"word-long", MALFORMED, TITLE, "t23456789-123456789-123456789-123 x\n",
     "a word of 33 octets", HOLDS},
    {"text-empty", MALFORMED, TITLE, "title \n", "an empty text", HOLDS},
    {"text-space-before", MALFORMED, TITLE, "title  x\n",
     "a text that begins with a space", HOLDS},
    {"text-space-behind", MALFORMED, TITLE, "title x \n",
     "a text that ends with a space", HOLDS},
    {"text-tab", MALFORMED, TITLE, "title a\tb\n", "TAB", HOLDS},
    {"text-escape", MALFORMED, TITLE, "title a\x1b[2Kb\n", "ESC", HOLDS},
    {"text-c1", MALFORMED, TITLE,
     "title a\xc2\x9b"
     "2Kb\n",
     "U+009B", HOLDS},
    {"text-override", MALFORMED, TITLE,
     "title a\xe2\x80\xae"
     "b\n",
     "U+202E", HOLDS},
    {"text-isolate", MALFORMED, TITLE,
     "title a\xe2\x81\xa6"
     "b\n",
     "U+2066", HOLDS},
    {"text-separator", MALFORMED, TITLE,
     "title a\xe2\x80\xa8"
     "b\n",
     "U+2028", HOLDS},
    {"text-zero-width", MALFORMED, TITLE,
     "title a\xe2\x80\x8b"
     "b\n",
     "U+200B", HOLDS},
    {"text-tag", MALFORMED, TITLE, "title a\xf3\xa0\x81\x81\n", "U+E0041",
     HOLDS},
    {"text-noncharacter", MALFORMED, TITLE, "title a\xf4\x8f\xbf\xbf\n",
     "U+10FFFF", HOLDS},
    {"text-overlong", MALFORMED, TITLE, "title \xc0\xaf\n", "an overlong form",
     HOLDS},
    {"text-surrogate", MALFORMED, TITLE, "title \xed\xa0\x80\n",
     "half a UTF-16 pair", HOLDS},
    {"text-cut", MALFORMED, TITLE, "title \xd0\n", "half a character", HOLDS},
    {"text-latin-1", MALFORMED, TITLE, "title caf\xe9\n", "not UTF-8", HOLDS},
    {"file-twice", MALFORMED, FILE_B, FILE_A, "a name twice", HOLDS},
    {"file-name-upper", MALFORMED, "(photo.jpg) = " HASH_B "\n",
     "(photo.jpg) = " HASH_B "\nfile A - a/b 1 -\nBLAKE2b-256 (A) = " HASH_A
     "\n",
     "a capital in a name", HOLDS},
    {"file-name-parent", MALFORMED, FILE_B,
     "file ../a - a/b 1 -\nBLAKE2b-256 (../a) = " HASH_A "\n",
     "a name that leaves the folder", HOLDS},
    {"file-name-dot", MALFORMED, FILE_B,
     "file a. - a/b 1 -\nBLAKE2b-256 (a.) = " HASH_A "\n",
     "a name that ends in a dot", HOLDS},
    {"file-name-device", MALFORMED, FILE_B,
     "file aux.md - a/b 1 -\nBLAKE2b-256 (aux.md) = " HASH_A "\n",
     "a device of Windows", HOLDS},
    {"file-name-header", MALFORMED, FILE_B,
     "file header.txt - a/b 1 -\nBLAKE2b-256 (header.txt) = " HASH_A "\n",
     "a name that begins with header.", HOLDS},
    {"file-name-long", MALFORMED, FILE_B,
     "file 0123456789012345678901234567890123456789a - a/b 1 -\nBLAKE2b-256 "
     "(0123456789012345678901234567890123456789a) = " HASH_A "\n",
     "a name of 41 octets", HOLDS},
    {"file-language-case", MALFORMED, " en ", " en-gb ",
     "a language not in canonical case", HOLDS},
    {"file-language-malformed", MALFORMED, " en ", " en_GB ", "no language tag",
     HOLDS},
    {"file-type-upper", MALFORMED, " text/markdown ", " Text/Markdown ",
     "capitals in a type", HOLDS},
    {"file-type-parameter", MALFORMED, " text/markdown ",
     " text/markdown;charset=utf-8 ", "a type with a parameter", HOLDS},
    {"file-size-zero", MALFORMED, " 12848 ", " 0 ", "a file of 0 octets",
     HOLDS},
    {"file-size-large", MALFORMED, " 482133 ", " 1073741825 ",
     "a file of 2^30 + 1 octets", HOLDS},
    {"file-list-missing", MALFORMED, " 482133 " LIST_B, " 32769 -",
     "two chunks and no list", HOLDS},
    {"file-list-needless", MALFORMED, " 482133 ", " 32768 ",
     "one chunk and a list", HOLDS},
    {"file-b2sum-missing", MALFORMED,
     "BLAKE2b-256 (statement.md) = " HASH_A "\n", "",
     "a file line without its b2sum line", HOLDS},
    {"file-b2sum-other", MALFORMED, "(photo.jpg)", "(photo.jpe)",
     "the b2sum line of another file", HOLDS},
    {"file-b2sum-512", MALFORMED, "BLAKE2b-256 (photo.jpg)",
     "BLAKE2b-512 (photo.jpg)", "another hash", HOLDS},
    {"file-b2sum-upper", MALFORMED, "= " HASH_B,
     "= 4471ABCDEF"
     "000000000000000000000000000000000000000000000000000000",
     "a hash in capitals", HOLDS},
    {"line-behind-file", MALFORMED, TITLE FILE_A, FILE_A TITLE,
     "a line behind a file", HOLDS},
    {"previous-17", STATUS_TOO_LARGE, "previous " ID_A "\n", PREVIOUS_17,
     "more previous lines than 16", HOLDS},
    {"overlong", STATUS_TOO_LARGE, TITLE, "title @overfill@\n",
     "a header of 16257 octets", HOLDS},
    {"signature-legacy", MALFORMED, NULL, "", "the legacy format Ed",
     RECORD_VECTORS_LEGACY},
    {"signature-crlf", MALFORMED, NULL, "", "a signature with CR LF",
     RECORD_VECTORS_CRLF},
    {"signature-fifth-line", MALFORMED, NULL, "", "a fifth line",
     RECORD_VECTORS_FIFTH_LINE},
    {"signature-cut", MALFORMED, NULL, "", "no LF behind the fourth line",
     RECORD_VECTORS_CUT},
    {"other-key", STATUS_BAD_SIGNATURE, NULL, "",
     "signed by another key under the author's key id",
     RECORD_VECTORS_OTHER_KEY},
    {"other-key-id", STATUS_BAD_SIGNATURE, NULL, "",
     "the author's key under another key id", RECORD_VECTORS_LABEL},
    {"other-kind", STATUS_BAD_SIGNATURE, NULL, "",
     "the trusted comment of another kind", RECORD_VECTORS_COMMENT},
    {"stock-comment", STATUS_BAD_SIGNATURE, NULL, "",
     "a trusted comment of one's own", RECORD_VECTORS_STOCK},
    {"signature-flipped", STATUS_BAD_SIGNATURE, NULL, "",
     "a bit of the signature", RECORD_VECTORS_FIRST},
    {"global-flipped", STATUS_BAD_SIGNATURE, NULL, "",
     "a bit of the global signature", RECORD_VECTORS_GLOBAL},
    {"exchanged", STATUS_BAD_SIGNATURE, NULL, "",
     "the two signatures exchanged", RECORD_VECTORS_EXCHANGED},
};

const size_t record_vectors_bad_count =
    sizeof(record_vectors_bad) / sizeof(record_vectors_bad[0]);
