/*
 * Words for people pass through _(), so that they can be translated.
 */
#ifndef P2PUB_CLI_I18N_H
#define P2PUB_CLI_I18N_H

#ifdef ENABLE_NLS
#    include <libintl.h>
#    define _(text) gettext(text)
#else
#    define _(text) (text)
#endif

/* Marks a text that is translated where it is used. */
#define N_(text) text

#endif
