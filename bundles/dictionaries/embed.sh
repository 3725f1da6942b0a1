#!/bin/sh
# Turn a text file into C: embed.sh FOLDER/NAME.txt >NAME.c
#
# The C holds the file's octets, no more and no fewer, as
#
#     extern const uint8_t FOLDER_NAME[];
#     extern const size_t FOLDER_NAME_size;
#
# where a dash in the name is written as an underscore.  Needs od and sed of
# POSIX and nothing that was compiled, so that it also runs when the compiler
# makes programs for another machine.
set -eu
file=$1
folder=$(basename "$(dirname "$file")")
name=$(printf '%s_%s' "$folder" "$(basename "$file" .txt)" | tr -- '-.' '__')

# A pipe's exit status is its last command's: be sure that od will read.
if [ ! -r "$file" ] || [ ! -s "$file" ]; then
    echo "embed.sh: $file cannot be read, or is empty" >&2
    exit 1
fi

cat <<END
/* Made by bundles/dictionaries/embed.sh from $folder/$(basename "$file"). */
/* clang-format off */
#include <stddef.h>
#include <stdint.h>

extern const uint8_t $name[];
extern const size_t ${name}_size;

const uint8_t $name[] = {
END
od -An -v -tx1 "$file" | sed 's/ *\([0-9a-f][0-9a-f]\)/0x\1,/g'
cat <<END
};
const size_t ${name}_size = sizeof($name);
END
