/*
 * The table of commands, and their help.
 */
#ifndef P2PUB_CLI_COMMAND_H
#define P2PUB_CLI_COMMAND_H

#include "cli/cli.h"

/* The command called name, or NULL. */
const struct cli_command *command_find(const char *name);

/* The command whose name is nearest to what was typed, or NULL. */
const struct cli_command *command_nearest(const char *name);

/* Print the help of one command, or with NULL of all, on stdout. */
void command_show_help(const struct cli_command *command);

/* One a file, cli/cmd_NAME.c. */
int cmd_export(struct cli *cli, int argc, char **argv);
int cmd_follow(struct cli *cli, int argc, char **argv);
int cmd_help(struct cli *cli, int argc, char **argv);
int cmd_import(struct cli *cli, int argc, char **argv);
int cmd_keys(struct cli *cli, int argc, char **argv);
int cmd_list(struct cli *cli, int argc, char **argv);
int cmd_peers(struct cli *cli, int argc, char **argv);
int cmd_publish(struct cli *cli, int argc, char **argv);
int cmd_read(struct cli *cli, int argc, char **argv);
int cmd_relay(struct cli *cli, int argc, char **argv);
int cmd_share(struct cli *cli, int argc, char **argv);
int cmd_status(struct cli *cli, int argc, char **argv);
int cmd_sync(struct cli *cli, int argc, char **argv);
int cmd_unfollow(struct cli *cli, int argc, char **argv);
int cmd_verify(struct cli *cli, int argc, char **argv);
int cmd_version(struct cli *cli, int argc, char **argv);

#endif
