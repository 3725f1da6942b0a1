/*
 * What a file seems to be that is not what it should be: so that a person is
 * told more than "malformed".  Nothing is decided by it.
 */
#ifndef P2PUB_CLI_LIKENESS_H
#define P2PUB_CLI_LIKENESS_H

enum likeness {
    LIKE_NOTHING,
    LIKE_EMPTY,
    LIKE_WEB_PAGE,
    LIKE_HEADER,
    LIKE_SIGNATURE /* or a key file: the same first line */
};

/* Look at the beginning of the file at path; LIKE_NOTHING for one that cannot
 * be read. */
enum likeness likeness_of(const char *path);

#endif
