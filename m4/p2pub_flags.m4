# Compiler and linker flags, each tried before it is used.

# P2PUB_TRY_CFLAG(VARIABLE, FLAG)
# -------------------------------
# Append FLAG to VARIABLE if the compiler takes it without a warning.
AC_DEFUN([P2PUB_TRY_CFLAG], [
AS_VAR_PUSHDEF([cached], [p2pub_cv_cflag_$2])
AC_CACHE_CHECK([whether $CC takes $2], [cached], [
    p2pub_saved_cflags=$CFLAGS
    CFLAGS="$CFLAGS -Werror $2"
    AC_COMPILE_IFELSE([AC_LANG_SOURCE([[int main(void) { return 0; }]])],
        [AS_VAR_SET([cached], [yes])], [AS_VAR_SET([cached], [no])])
    CFLAGS=$p2pub_saved_cflags
])
AS_VAR_IF([cached], [yes], [AS_VAR_APPEND([$1], [" $2"])])
AS_VAR_POPDEF([cached])
])

# P2PUB_TRY_LDFLAG(VARIABLE, FLAG)
# --------------------------------
# Append FLAG to VARIABLE if a program links with it.
AC_DEFUN([P2PUB_TRY_LDFLAG], [
AS_VAR_PUSHDEF([cached], [p2pub_cv_ldflag_$2])
AC_CACHE_CHECK([whether a program links with $2], [cached], [
    p2pub_saved_cflags=$CFLAGS
    p2pub_saved_ldflags=$LDFLAGS
    CFLAGS="$CFLAGS -Werror"
    LDFLAGS="$LDFLAGS $2"
    AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
        [AS_VAR_SET([cached], [yes])], [AS_VAR_SET([cached], [no])])
    CFLAGS=$p2pub_saved_cflags
    LDFLAGS=$p2pub_saved_ldflags
])
AS_VAR_IF([cached], [yes], [AS_VAR_APPEND([$1], [" $2"])])
AS_VAR_POPDEF([cached])
])

# P2PUB_TRY_BOTH(CFLAGS-VARIABLE, LDFLAGS-VARIABLE, CFLAG, LDFLAG)
# ----------------------------------------------------------------
# Append CFLAG and LDFLAG to their variables if a program builds with both.
AC_DEFUN([P2PUB_TRY_BOTH], [
AS_VAR_PUSHDEF([cached], [p2pub_cv_both_$3])
AC_CACHE_CHECK([whether a program builds with $3], [cached], [
    p2pub_saved_cflags=$CFLAGS
    p2pub_saved_ldflags=$LDFLAGS
    CFLAGS="$CFLAGS -Werror $3"
    LDFLAGS="$LDFLAGS $4"
    AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <stdio.h>]],
                                    [[char line[64];
                                      if (!fgets(line, 64, stdin)) return 1;
                                      return puts(line) < 0]])],
        [AS_VAR_SET([cached], [yes])], [AS_VAR_SET([cached], [no])])
    CFLAGS=$p2pub_saved_cflags
    LDFLAGS=$p2pub_saved_ldflags
])
AS_VAR_IF([cached], [yes], [AS_VAR_APPEND([$1], [" $3"])
                            AS_VAR_APPEND([$2], [" $4"])])
AS_VAR_POPDEF([cached])
])

# P2PUB_STANDARD_FLAGS
# --------------------
# The language, and what of the system's headers the code may see.  net/ and
# cli/ talk to the network and the terminal and need more of them (interfaces,
# multicast) than POSIX knows; a name that a system does not know does no harm.
AC_DEFUN([P2PUB_STANDARD_FLAGS], [
P2PUB_CFLAGS=
P2PUB_TRY_CFLAG([P2PUB_CFLAGS], [-std=c11])
P2PUB_TRY_CFLAG([P2PUB_CFLAGS], [-fno-common])
P2PUB_CPPFLAGS="-D_POSIX_C_SOURCE=200809L"
P2PUB_HOST_CPPFLAGS="-D_DEFAULT_SOURCE -D_DARWIN_C_SOURCE -D__BSD_VISIBLE=1"
AC_SUBST([P2PUB_CFLAGS])
AC_SUBST([P2PUB_CPPFLAGS])
AC_SUBST([P2PUB_HOST_CPPFLAGS])
])

# P2PUB_WARNING_FLAGS
# -------------------
AC_DEFUN([P2PUB_WARNING_FLAGS], [
P2PUB_WARNINGS=
m4_foreach_w([flag], [
    -Wall
    -Wextra
    -Wpedantic
    -Wshadow
    -Wconversion
    -Wsign-conversion
    -Wcast-align
    -Wcast-qual
    -Wformat=2
    -Wmissing-prototypes
    -Wmissing-declarations
    -Wstrict-prototypes
    -Wold-style-definition
    -Wwrite-strings
    -Wpointer-arith
    -Wundef
    -Wvla
    -Wredundant-decls
    -Wnested-externs
    -Wnull-dereference
    -Wimplicit-fallthrough
    -Wdate-time
    -Wduplicated-cond
    -Wduplicated-branches
    -Wlogical-op
    -Walloca
    -Wjump-misses-init
    -Wcomma
    -Wmissing-variable-declarations
    -Wshorten-64-to-32
    -Wconditional-uninitialized
    -Wunreachable-code
    -Wassign-enum
], [P2PUB_TRY_CFLAG([P2PUB_WARNINGS], flag)])
AS_IF([test "$enable_werror" = yes], [AS_VAR_APPEND([P2PUB_WARNINGS], [" -Werror"])])
AC_SUBST([P2PUB_WARNINGS])
])

# P2PUB_SANITIZER_FLAGS
# ---------------------
AC_DEFUN([P2PUB_SANITIZER_FLAGS], [
P2PUB_SANITIZE=
AS_IF([test "$enable_sanitizers" = yes], [
    P2PUB_TRY_BOTH([P2PUB_SANITIZE], [p2pub_sanitize_ldflags],
        [-fsanitize=address,undefined], [-fsanitize=address,undefined])
    AS_IF([test -z "$P2PUB_SANITIZE"],
        [AC_MSG_ERROR([--enable-sanitizers: $CC cannot build with -fsanitize=address,undefined])])
    AC_DEFINE([WITH_SANITIZERS], [1],
        [Define to 1 in a build that is watched, slower and larger for it.])
    P2PUB_TRY_CFLAG([P2PUB_SANITIZE], [-fno-sanitize-recover=all])
    P2PUB_TRY_CFLAG([P2PUB_SANITIZE], [-fno-omit-frame-pointer])
])
AC_SUBST([P2PUB_SANITIZE])
])

# P2PUB_HARDENING_FLAGS
# ---------------------
# _FORTIFY_SOURCE needs an optimizing build, and blinds the sanitizers.
AC_DEFUN([P2PUB_HARDENING_FLAGS], [
P2PUB_HARDENING=
P2PUB_HARDENING_LDFLAGS=
P2PUB_TRY_BOTH([P2PUB_HARDENING], [P2PUB_HARDENING_LDFLAGS],
    [-fstack-protector-strong], [-fstack-protector-strong])
P2PUB_TRY_BOTH([P2PUB_HARDENING], [P2PUB_HARDENING_LDFLAGS], [-fPIE], [-pie])
m4_foreach([flag], [[-Wl,-z,relro], [-Wl,-z,now], [-Wl,-z,noexecstack]],
    [P2PUB_TRY_LDFLAG([P2PUB_HARDENING_LDFLAGS], m4_dquote(flag))])
AC_CACHE_CHECK([whether $CC optimizes], [p2pub_cv_optimizes],
    [AC_COMPILE_IFELSE([AC_LANG_SOURCE([[
#ifndef __OPTIMIZE__
#error no
#endif
int unused;]])], [p2pub_cv_optimizes=yes], [p2pub_cv_optimizes=no])])
AS_IF([test "$enable_sanitizers" = no && test "$p2pub_cv_optimizes" = yes],
    [P2PUB_TRY_BOTH([P2PUB_HARDENING], [P2PUB_HARDENING_LDFLAGS],
        [-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2], [])])
AC_SUBST([P2PUB_HARDENING])
AC_SUBST([P2PUB_HARDENING_LDFLAGS])
])

# P2PUB_FUZZING_FLAGS
# -------------------
# With libFuzzer, P2PUB_FUZZ_ENGINE brings its main() to the fuzz targets.
# Without it, tests/fuzz/replay.c has one that runs the files it is given.
AC_DEFUN([P2PUB_FUZZING_FLAGS], [
P2PUB_FUZZ_ENGINE=
AS_IF([test "$enable_fuzzing" = yes], [
    AC_CACHE_CHECK([whether $CC has libFuzzer], [p2pub_cv_libfuzzer], [
        p2pub_saved_cflags=$CFLAGS
        CFLAGS="$CFLAGS $P2PUB_SANITIZE -fsanitize=fuzzer"
        AC_LINK_IFELSE([AC_LANG_SOURCE([[
int LLVMFuzzerTestOneInput(const unsigned char *data, unsigned long size);
int LLVMFuzzerTestOneInput(const unsigned char *data, unsigned long size)
{ return size > 1u << 30 ? data[0] : 0; }]])],
            [p2pub_cv_libfuzzer=yes], [p2pub_cv_libfuzzer=no])
        CFLAGS=$p2pub_saved_cflags
    ])
    AS_IF([test "$p2pub_cv_libfuzzer" = yes], [
        P2PUB_FUZZ_ENGINE=-fsanitize=fuzzer
        AS_VAR_APPEND([P2PUB_SANITIZE], [" -fsanitize=fuzzer-no-link"])
    ])
])
AC_SUBST([P2PUB_FUZZ_ENGINE])
])
