# P2PUB_REQUIRE(PREFIX, MODULE, DEBIAN, FEDORA, ALPINE, HOMEBREW)
# ---------------------------------------------------------------
# PKG_CHECK_MODULES, but a missing library is noted with the names of its
# packages and configure goes on to find the others.
AC_DEFUN([P2PUB_REQUIRE], [
PKG_CHECK_MODULES([$1], [$2], [], [
    p2pub_missing=yes
    AC_MSG_WARN([$2 is missing: Debian $3, Fedora $4, Alpine $5, Homebrew $6])
])
])

# P2PUB_REQUIRE_DONE
# ------------------
AC_DEFUN([P2PUB_REQUIRE_DONE], [
AS_IF([test "$p2pub_missing" = yes],
    [AC_MSG_ERROR([libraries are missing; the lines above name each and its package])])
])
