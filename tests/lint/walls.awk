# The walls of the house, for walls.sh.  Works on C source files; needs no
# more than POSIX awk.

# Say that there is something wrong at the line being read.
function refuse(reason) {
    printf "%s:%d: %s\n", FILENAME, FNR, reason
    violations++
}

# line without comments and without what is between quotes.  Remembers in
# in_comment whether a block comment goes on.
function code_of(line,    code, end) {
    code = ""
    while (line != "") {
        if (in_comment) {
            end = index(line, "*/")
            if (end == 0)
                return code
            line = substr(line, end + 2)
            in_comment = 0
            code = code " "
        } else if (match(line, /\/\*|\/\/|["']/)) {
            code = code substr(line, 1, RSTART - 1)
            line = substr(line, RSTART)
            if (substr(line, 1, 2) == "/*") {
                in_comment = 1
                line = substr(line, 3)
            } else if (substr(line, 1, 2) == "//") {
                return code "//"
            } else {
                match(line, /^"([^"\\]|\\.)*"|^'([^'\\]|\\.)*'|^./)
                code = code substr(line, 1, 1) substr(line, 1, 1)
                line = substr(line, RLENGTH + 1)
            }
        } else {
            return code line
        }
    }
    return code
}

# Does code use name as a whole word?
function uses(code, name) {
    return (" " code " ") ~ ("[^A-Za-z0-9_]" name "[^A-Za-z0-9_]")
}

# Refuse each of the names (one string, spaces between) that code uses.
function refuse_names(code, names, reason,    list, count, i) {
    count = split(names, list, " ")
    for (i = 1; i <= count; i++)
        if (index(code, list[i]) && uses(code, list[i]))
            refuse(list[i] " " reason)
}

# Refuse a call of each of the names.
function refuse_calls(code, names, reason,    list, count, i) {
    count = split(names, list, " ")
    for (i = 1; i <= count; i++)
        if (index(code, list[i]) &&
            (" " code) ~ ("[^A-Za-z0-9_]" list[i] " *\\("))
            refuse(list[i] " " reason)
}

# #include "path": by its full path, and only downward.
function check_own_include(path,    to) {
    to = path
    sub(/\/.*/, "", to)
    if (!(to in floor)) {
        refuse("\"" path "\" is not the full path of one of our headers")
        return
    }
    if (floor[to] > floor[folder])
        refuse(folder "/ includes \"" path "\": includes go only " \
               "cli -> net -> bundles -> core")
}

# #include <path>: some libraries are let in by one door only.
function check_foreign_include(path) {
    # <net/if.h> is the system's: numbers of network interfaces.
    if (path ~ /^(core|bundles|net|cli|tests)\// && path != "net/if.h")
        refuse("<" path "> is ours and goes in quotes")
    if (folder == "tests")
        return
    if (path ~ /^sodium(\.h|\/)/ &&
        FILENAME !~ /^core\/(entropy|hash|key|keyfile|dh|aead|mem)\.c$/)
        refuse("sodium.h is for core/{entropy,hash,key,keyfile,dh,aead,mem}.c")
    if (path == "zlib.h" && FILENAME !~ /^(bundles\/deflate|net\/stream)\.c$/)
        refuse("zlib.h is for bundles/deflate.c and net/stream.c")
    if (path ~ /^zstd(\.h|_)/ && FILENAME != "net/stream_zstd.c")
        refuse("zstd.h is for net/stream_zstd.c")
    if (path == "qrencode.h" && FILENAME != "cli/qr.c")
        refuse("qrencode.h is for cli/qr.c")
    if (path == "sqlite3.h" &&
        FILENAME !~ /^bundles\/store_sqlite[a-z0-9_]*\.[ch]$/)
        refuse("sqlite3.h is for bundles/store_sqlite*.c")
    if (path ~ /^uv(\.h|\/)/ && FILENAME !~ /^net\/uv_[a-z0-9_]+\.[ch]$/)
        refuse("uv.h is for net/uv_*")
}

function check_names(code) {
    refuse_names(code, banned, "is banned: see core/banned.h")
    if (folder == "tests")
        return
    if (FILENAME != "core/mem.c")
        refuse_names(code, allocators, "is for core/mem.c: use core/mem.h")
    if (FILENAME !~ /^net\/uv_clock\.c$|^cli\/[a-z]+_clock\.c$/)
        refuse_calls(code, clocks, "reads a clock: time is a parameter, " \
                     "save in net/uv_clock.c and one cli/*_clock.c")
}

# Functions begin with { and end with } in the first column.
function check_function_length() {
    if (/^\{/)
        body_start = FNR
    if (/^\}/ && body_start > 0) {
        if (FNR - body_start - 1 > 80)
            refuse("a function of " (FNR - body_start - 1) \
                   " lines: 80 at most, 40 aimed at")
        body_start = 0
    }
}

BEGIN {
    floor["core"] = 0
    floor["bundles"] = 1
    floor["net"] = 2
    floor["cli"] = 3
    floor["tests"] = 4
    banned = "strcpy strcat strncpy strncat strtok sprintf vsprintf " \
             "gmtime localtime ctime atoi rand gets alloca"
    allocators = "malloc calloc realloc free strdup strndup asprintf " \
                 "vasprintf getline getdelim reallocarray aligned_alloc " \
                 "posix_memalign"
    clocks = "time clock gettimeofday clock_gettime timespec_get " \
             "uv_now uv_hrtime uv_clock_gettime uv_gettimeofday"
}

FNR == 1 {
    folder = FILENAME
    sub(/\/.*/, "", folder)
    in_comment = 0
    body_start = 0
    is_list_of_banned = FILENAME == "core/banned.h"
    if (FILENAME ~ /^cli\/[a-z]+_clock\.c$/ && clock_file++ > 0)
        refuse("a second clock in cli/")
}

# One past the end, once a file.
FNR == 501 && folder != "tests" {
    refuse("a file of over 500 lines: 300 are aimed at")
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
    split($0, part, "\"")
    check_own_include(part[2])
}

/^[ \t]*#[ \t]*include[ \t]*</ {
    split($0, part, /[<>]/)
    check_foreign_include(part[2])
}

{
    check_function_length()
    code = code_of($0)
    if (code ~ /\/\/$/)
        refuse("a // comment: block comments only")
    if (code ~ /(^|[^A-Za-z0-9_])typedef[ \t]+struct([^A-Za-z0-9_]|$)/)
        refuse("a typedef for a struct")
    if (!is_list_of_banned)
        check_names(code)
}

END {
    exit violations > 0
}
