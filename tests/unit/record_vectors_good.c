#include "tests/unit/record_vectors.h"

#include "tests/unit/records.h"

#define KEY_1    "key " RECORDS_KEY_1 "\n"
#define KEY_2    "key " RECORDS_KEY_2 "\n"
#define KEY_3    "key " RECORDS_KEY_3 "\n"
#define KEY_4    "key " RECORDS_KEY_4 "\n"
#define KEY_5    "key " RECORDS_KEY_5 "\n"
#define ZEROS_60 "000000000000000000000000000000000000000000000000000000000000"

#define NO_FILES                   \
    {                              \
        {                          \
            NULL, NULL, NULL, NULL \
        }                          \
    }

static const char english[] =
    "# An end to torture\n"
    "\n"
    "We, the undersigned, call upon the authorities to let independent\n"
    "doctors see every person in custody within a day of arrest.\n";

static const char russian[] =
    "# Положить конец пыткам\n"
    "\n"
    "Мы, нижеподписавшиеся, призываем власти допускать независимых врачей\n"
    "к каждому задержанному в течение суток после задержания.\n";

static const char kazakh[] =
    "# Азаптауға тыйым салынсын\n"
    "\n"
    "Біз билікті әрбір ұсталған адамға тәулік ішінде тәуелсіз дәрігерлерді\n"
    "жіберуге шақырамыз.\n";

static const char correction[] =
    "# An end to torture (corrected)\n"
    "\n"
    "The number of cases in the second paragraph was 41 and not 14.\n";

const struct record_vectors_good record_vectors_good[] = {
    {"identity", "identity", 1,
     "p2pub1 identity\n" KEY_1 "date 2023-06-25\nsequence 1\n"
     "version 1\nname Human Rights Centre\n"
     "recovery " RECORDS_KEY_5 "\nthreshold 1\n",
     NO_FILES},
    {"identity-three", "identity", 2,
     "p2pub1 identity\n" KEY_2 "date 2024-02-29\nsequence 1\n"
     "version 1\nname Құқық қорғау орталығы\n"
     "recovery " RECORDS_KEY_3 "\nrecovery " RECORDS_KEY_4 "\n"
     "recovery " RECORDS_KEY_5 "\nthreshold 2\n",
     NO_FILES},
    {"two-languages",
     "statement",
     1,
     "p2pub1 statement\n" KEY_1 "date 2023-06-26\nsequence 2\n"
     "previous @identity@\n"
     "title Central Asia: an end to torture\n"
     "signatory " RECORDS_KEY_2 " Құқық қорғау орталығы\n"
     "signatory " RECORDS_KEY_3 "\n",
     {{"statement.md", "en", "text/markdown", english},
      {"statement.ru.md", "ru", "text/markdown", russian},
      {"attachment-1.txt", "-", "text/plain", NULL}}},
    {"translation",
     "statement",
     2,
     "p2pub1 statement\n" KEY_2 "date 2024-03-01\nsequence 2\n"
     "previous @identity-three@\n"
     "title Орталық Азия: азаптауға тыйым салынсын\n"
     "translates @two-languages@\n"
     "head " RECORDS_KEY_1 " 2 @two-languages@\n"
     "work 6959\n",
     {{"statement.kk-cyrl.md", "kk-Cyrl-KZ", "text/markdown", kazakh},
      {NULL, NULL, NULL, NULL}}},
    {"fork", "statement", 1,
     "p2pub1 statement\n" KEY_1 "date 2023-06-27\nsequence 2\n"
     "previous @identity@\n"
     "title Central Asia: an end to torture\n",
     NO_FILES},
    {"merge",
     "statement",
     1,
     "p2pub1 statement\n" KEY_1 "date 2023-06-28\nsequence 3\n"
     "@previous two-languages fork@"
     "title Central Asia: an end to torture (corrected)\n"
     "replaces @two-languages@\n",
     {{"statement.md", "en-GB", "text/plain", correction},
      {NULL, NULL, NULL, NULL}}},
    {"texts", "statement", 1,
     "p2pub1 statement\n" KEY_1 "date 0001-01-01\nsequence 2147483647\n"
     "previous " ZEROS_60 "0000\n"
     "title <b>\"Ё\" \\u202e</b>  می\u200cخواهم 中文 "
     "\U0001F468\u200D\U0001F469\u200D\U0001F467 e\u0301 \u00AD\u3164!\n",
     NO_FILES},
    {"titles",
     "statement",
     4,
     "p2pub1 statement\n" KEY_4 "date 2020-01-01\nsequence 1\n"
     "title An end to torture\n"
     "title-in kk-Cyrl Азаптауға тыйым салынсын\n"
     "title-in ru Положить конец пыткам\n",
     {{"statement.md", "en", "text/markdown", english},
      {"statement.ru.md", "ru", "text/markdown", russian},
      {NULL, NULL, NULL, NULL}}},
    {"cosign", "cosign", 3,
     "p2pub1 cosign\n" KEY_3 "date 2023-07-01\nsequence 1\n"
     "signs @two-languages@\n",
     NO_FILES},
    {"cosign-files", "cosign", 2,
     "p2pub1 cosign\n" KEY_2 "date 2024-03-02\nsequence 3\n"
     "previous @translation@\n"
     "signs @two-languages@\nchecked statement.md\n"
     "checked statement.ru.md\n",
     NO_FILES},
    {"cosign-identity", "cosign", 5,
     "p2pub1 cosign\n" KEY_5 "date 2025-01-01\nsequence 0\n"
     "signs @identity@\n",
     NO_FILES},
    {"withdraw", "withdraw", 2,
     "p2pub1 withdraw\n" KEY_2 "date 2024-03-03\nsequence 4\n"
     "previous @cosign-files@\n"
     "withdraws @cosign-files@\n"
     "reason Орыс тіліндегі мәтін әлі тексерілмеген\n",
     NO_FILES},
    {"identity-second", "identity", 3,
     "p2pub1 identity\n" KEY_3 "date 2025-02-01\nsequence 1\n"
     "version 2\nfollows @identity@\ngood " RECORDS_KEY_1 " 3 @merge@\n"
     "name Human Rights Centre\nname-in kk Құқық қорғау орталығы\n"
     "name-in ru Центр прав человека\n"
     "web https://[2001:db8::1]:8443/~centre?lang=kk&x=%20#a\n"
     "recovery " RECORDS_KEY_4 "\nrecovery " RECORDS_KEY_5 "\n"
     "threshold 2\n",
     NO_FILES},
    {"identity-island", "identity", 4,
     "p2pub1 identity\n" KEY_4 "date 2025-02-01\nsequence 0\n"
     "version 2\nfollows @identity@\n"
     "name Human Rights Centre\nweb http://a\n"
     "recovery " RECORDS_KEY_5 "\nthreshold 1\n",
     NO_FILES},
    {"identity-heals", "identity", 3,
     "p2pub1 identity\n" KEY_3 "date 2025-03-01\nsequence 2\n"
     "previous @identity-second@\n"
     "version 3\n@follows identity-second identity-island@"
     "good " RECORDS_KEY_4 " 1 @identity-island@\n"
     "good " RECORDS_KEY_1 " 2147483647 @texts@\n"
     "name Human Rights Centre\n"
     "recovery " RECORDS_KEY_5 "\nthreshold 1\n",
     NO_FILES},
    {"unknown-kind",
     "carried",
     1,
     "p2pub1 picture-of-2031\n" KEY_1 "date 9999-12-31\nsequence 0\n"
     "x-1 what it means is not known yet\n"
     "x-1 what it means is not known yet\n"
     "p2pub1 statement\n",
     {{"a", "x-secret", "application/vnd.example.a+b", "?"},
      {NULL, NULL, NULL, NULL}}},
    {"revoke", "revoke", 1,
     "p2pub1 revoke\n" KEY_1 "date 2023-06-25\nsequence 0\n"
     "reason written in advance\n",
     NO_FILES},
    {"salt", "statement", 1,
     "p2pub1 statement\n" KEY_1 "date 2023-06-25\nsequence 0\n"
     "title What was sealed\nsalt 00112233445566778899aabbccddeeff\n",
     NO_FILES},
    {"sealed",
     "sealed",
     1,
     "p2pub1 sealed\n" KEY_1 "date 2023-06-25\nsequence 1\n"
     "seals @salt@\n"
     "key-id 0a4c000000000000000000000000000000000000000000000000000000000007\n"
     "opens 2023-07-01\n",
     {{"sealed.bin", "-", "application/octet-stream", NULL}}},
    {"release", "release", 1,
     "p2pub1 release\n" KEY_1 "date 2023-07-01\nsequence 0\n"
     "opens @sealed@\n"
     "release-key "
     "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n",
     NO_FILES},
    {"vouch", "vouch", 1,
     "p2pub1 vouch\n" KEY_1 "date 2023-07-02\nsequence 0\n"
     "for " RECORDS_KEY_2 "\nname OMCT\n",
     NO_FILES},
    {"vouch-identity", "vouch", 2,
     "p2pub1 vouch\n" KEY_2 "date 2023-07-02\nsequence 0\n"
     "for " RECORDS_KEY_1 "\nidentity @identity@\n"
     "name \xd0\xa6\xd0\xb5\xd0\xbd\xd1\x82\xd1\x80\n",
     NO_FILES},
    {"newer-sealed",
     "newer",
     1,
     "p2pub1 sealed\n" KEY_1 "date 2023-06-25\nsequence 1\n"
     "seals @salt@\n"
     "key-id 0a4c000000000000000000000000000000000000000000000000000000000007\n",
     {{"sealed.bin", "-", "application/octet-stream", "no size of a box"}}},
    {"newer-release", "newer", 1,
     "p2pub1 release\n" KEY_1 "date 2023-07-01\nsequence 0\n"
     "opens @sealed@\nrelease-key 0011\n",
     NO_FILES},
    {"shortest", "carried", 1,
     "p2pub1 a\n" KEY_1 "date 2023-06-25\nsequence 1\n", NO_FILES},
    {"longest", "carried", 1,
     "p2pub1 longest\n" KEY_1 "date 2023-06-25\nsequence 1\nnote @fill@\n",
     NO_FILES},
    {"newer-line", "newer", 1,
     "p2pub1 statement\n" KEY_1 "date 2023-06-26\nsequence 0\n"
     "title A statement of later\nnewer 00112233445566778899aabbccddeeff\n",
     NO_FILES},
    {"newer-order", "newer", 1,
     "p2pub1 statement\n" KEY_1 "date 2023-06-26\nsequence 0\n"
     "signatory " RECORDS_KEY_2 "\ntitle A statement of later\n",
     NO_FILES},
    {"newer-signatory", "newer", 1,
     "p2pub1 statement\n" KEY_1 "date 2023-06-26\nsequence 0\n"
     "title The author among the signatories\nsignatory " RECORDS_KEY_1 "\n",
     NO_FILES},
    {"newer-cosign", "newer", 3,
     "p2pub1 cosign\n" KEY_3 "date 2023-07-01\nsequence 0\n"
     "signs @two-languages@\nchecked statement.ru.md\n"
     "checked statement.md\n",
     NO_FILES},
    {"newer-withdraw", "newer", 3,
     "p2pub1 withdraw\n" KEY_3 "date 2023-07-01\nsequence 0\n"
     "reason Everything that this key signed\n",
     NO_FILES},
    {"newer-revoke", "newer", 3,
     "p2pub1 revoke\n" KEY_3 "date 2023-07-01\nsequence 0\n"
     "from 2023-06-30\nreason Only what came later\n",
     NO_FILES},
    {"newer-vouch", "newer", 3,
     "p2pub1 vouch\n" KEY_3 "date 2023-07-02\nsequence 0\n"
     "for " RECORDS_KEY_3 "\nname The author itself\n",
     NO_FILES},
    {"newer-title-in", "newer", 4,
     "p2pub1 statement\n" KEY_4 "date 2020-01-02\nsequence 0\n"
     "title A\ntitle-in ru B\ntitle-in kk C\n",
     NO_FILES},
    {"newer-identity", "newer", 1,
     "p2pub1 identity\n" KEY_1 "date 2025-01-01\nsequence 4\n"
     "previous @merge@\n"
     "version 2\nname Human Rights Centre\nrecovery " RECORDS_KEY_5
     "\nthreshold 1\nbefore @identity@\n",
     NO_FILES},
    {"newer-web", "newer", 1,
     "p2pub1 identity\n" KEY_1 "date 2025-01-01\nsequence 0\n"
     "version 1\nname A\nweb javascript:alert(1)\n"
     "recovery " RECORDS_KEY_5 "\nthreshold 1\n",
     NO_FILES},
    {"newer-good", "newer", 3,
     "p2pub1 identity\n" KEY_3 "date 2025-01-01\nsequence 0\n"
     "version 2\nfollows @identity@\n"
     "good " RECORDS_KEY_3 " 3 @merge@\nname A\n"
     "recovery " RECORDS_KEY_5 "\nthreshold 1\n",
     NO_FILES},
    {"newer-name-in", "newer", 1,
     "p2pub1 identity\n" KEY_1 "date 2025-01-01\nsequence 0\n"
     "version 1\nname A\nname-in ru B\nname-in kk C\n"
     "recovery " RECORDS_KEY_5 "\nthreshold 1\n",
     NO_FILES},
    {"newer-threshold", "newer", 2,
     "p2pub1 identity\n" KEY_2 "date 2024-02-29\nsequence 0\n"
     "version 1\nname Half of them\n"
     "recovery " RECORDS_KEY_3 "\nrecovery " RECORDS_KEY_4 "\nthreshold 1\n",
     NO_FILES},
};

const size_t record_vectors_good_count =
    sizeof(record_vectors_good) / sizeof(record_vectors_good[0]);
