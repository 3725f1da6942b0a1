/*
 * The table of commands, and their help.
 */
#ifndef P2PUB_CLI_COMMAND_H
#define P2PUB_CLI_COMMAND_H

#include "cli/cli.h"

/* The command called name, or NULL. */
const struct cli_command *command_find(const char *name);

/* cli_fail for a name that no command has: CLI_USAGE, and attempt, as "p2pub
 * help", with the nearest name behind it is what to try. */
int command_fail_unknown(struct cli *cli, const char *name,
                         const char *attempt);

/* Print the help of one command, or with NULL of all, on stdout; with --json it
 * is in the document. */
void command_show_help(struct cli *cli, const struct cli_command *command);

/* The same for the version. */
void command_show_version(struct cli *cli);

/* One a file, cli/cmd_NAME.c. */
int cmd_cosign(struct cli *cli, int argc, char **argv);
int cmd_export(struct cli *cli, int argc, char **argv);
int cmd_follow(struct cli *cli, int argc, char **argv);
int cmd_gaps(struct cli *cli, int argc, char **argv);
int cmd_help(struct cli *cli, int argc, char **argv);
int cmd_import(struct cli *cli, int argc, char **argv);
int cmd_keys(struct cli *cli, int argc, char **argv);
/* The help of `keys VERB`, or NULL. */
const struct cli_command *cmd_keys_page(const char *verb);
int cmd_list(struct cli *cli, int argc, char **argv);
int cmd_peers(struct cli *cli, int argc, char **argv);
int cmd_publish(struct cli *cli, int argc, char **argv);
int cmd_read(struct cli *cli, int argc, char **argv);
int cmd_relay(struct cli *cli, int argc, char **argv);
int cmd_release(struct cli *cli, int argc, char **argv);
int cmd_share(struct cli *cli, int argc, char **argv);
int cmd_status(struct cli *cli, int argc, char **argv);
int cmd_sync(struct cli *cli, int argc, char **argv);
int cmd_unfollow(struct cli *cli, int argc, char **argv);
int cmd_verify(struct cli *cli, int argc, char **argv);
int cmd_version(struct cli *cli, int argc, char **argv);
int cmd_vouch(struct cli *cli, int argc, char **argv);
int cmd_withdraw(struct cli *cli, int argc, char **argv);

#endif
