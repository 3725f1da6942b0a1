/*
 * Words for people pass through _(), or P_() where they depend on a number,
 * so that they can be translated.
 */
#ifndef P2PUB_CLI_I18N_H
#define P2PUB_CLI_I18N_H

#ifdef ENABLE_NLS
#    include <libintl.h>
#    define _(text)              gettext(text)
#    define P_(one, many, count) ngettext(one, many, (unsigned long)(count))
#else
#    define _(text)              (text)
#    define P_(one, many, count) ((count) == 1 ? (one) : (many))
#endif

/* Marks a text that is translated where it is used. */
#define N_(text) text

#endif
