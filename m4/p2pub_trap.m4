# P2PUB_EXIT_TRAP
# ---------------
# Replace autoconf's exit trap.  Same duties: leave what was found in
# config.log, remove the scratch files, keep the exit status.  And keep
# autoconf's checks from trying, aloud, to remove a folder named core.
AC_DEFUN([P2PUB_EXIT_TRAP], [
trap 'p2pub_status=$?
  {
    echo
    echo "## Results."
    (set) 2>&1 | sed -n "/^[[a-z]]*_cv_/p"
    test ! -f confdefs.h || cat confdefs.h
    echo "configure: exit $p2pub_status"
  } >&5
  rm -f -r conftest* confdefs* conf$$*
  exit $p2pub_status' 0
rm ()
{
  AS_IF([test "$[]1 $[]2" = "-f core"], [shift; shift; set x -f "$[]@"; shift])
  command rm "$[]@"
}
])
