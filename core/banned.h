/*
 * Functions that p2pub does not call, made impossible to call.
 *
 * The build includes this file before every other (see AM_CPPFLAGS), so a use
 * of any of them is a compile error:
 *
 *   strcpy strcat strncpy strncat    no bound, or one that drops the NUL
 *   strtok gmtime localtime ctime    hidden state
 *   sprintf vsprintf gets            no bound
 *   atoi                             cannot fail visibly
 *   rand                             not random: core/entropy.h
 *   alloca                           no bound, no failure
 *   malloc calloc realloc free       core/mem.h counts, limits and wipes
 *
 * The last line holds for what is built into p2pub (P2PUB_BAN_MALLOC), save
 * core/mem.c; tests may call them.
 *
 * The system's headers that declare these names come first, because a
 * poisoned name may not even be declared.
 */
#ifndef P2PUB_CORE_BANNED_H
#define P2PUB_CORE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if defined(__has_include)
#    if __has_include(<alloca.h>)
#        include <alloca.h>
#    endif
#    if __has_include(<strings.h>)
#        include <strings.h>
#    endif
#endif

#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef sprintf
#undef vsprintf
#undef alloca

#pragma GCC poison strcpy strcat strncpy strncat strtok
#pragma GCC poison sprintf vsprintf gets
#pragma GCC poison gmtime localtime ctime
#pragma GCC poison atoi rand alloca

/*
 * Headers name malloc as an attribute, so these are declared unusable rather
 * than poisoned.  A compiler that cannot do that leaves it to walls.sh.
 */
#if defined(P2PUB_BAN_MALLOC) && defined(__has_attribute)
#    if __has_attribute(unavailable)
#        define BANNED_MALLOC __attribute__((unavailable("use core/mem.h")))
#    elif __has_attribute(error)
#        define BANNED_MALLOC __attribute__((error("use core/mem.h")))
#    endif
#endif

#ifdef BANNED_MALLOC
#    pragma GCC diagnostic push
#    pragma GCC diagnostic ignored "-Wredundant-decls"
BANNED_MALLOC void *malloc(size_t size);
BANNED_MALLOC void *calloc(size_t count, size_t size);
BANNED_MALLOC void *realloc(void *memory, size_t size);
BANNED_MALLOC void free(void *memory);
#    pragma GCC diagnostic pop
#    undef BANNED_MALLOC
#endif

#endif
