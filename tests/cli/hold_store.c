/*
 * For scripts: hold a store's writing lock, as another p2pub would, until
 * standard input ends.
 *
 *     hold_store STORE.DB
 *
 * Says "held" once it has the lock.
 */
#include <stdio.h>

#include <sqlite3.h>

int
main(int argc, char **argv)
{
    sqlite3 *db = NULL;

    if (argc != 2 || sqlite3_open(argv[1], &db) != SQLITE_OK ||
        sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK) {
        (void)fprintf(stderr, "hold_store: %s\n", sqlite3_errmsg(db));
        return 1;
    }
    (void)puts("held");
    (void)fflush(stdout);
    while (getchar() != EOF)
        continue;
    return sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}
