#!/usr/bin/env bash
# check.sh [TARGET]: from which functions of src/lib.rs a panic can be reached, at opt-level 3 and "s".
#
# A function is a section of the object file, and what it calls, looks at or has in a table of functions is a relocation of that section:
# from each exported function, relocations are followed to whatever belongs to `core::panicking` and its like. OBJDUMP names another tool
# for another target. Those in `known` may still reach one, for the reason given there; one that no longer does must leave the list.
set -euo pipefail
cd "$(dirname "$0")"
host=$(rustc -vV | sed -n 's/^host: //p')
target=${1:-$host}
failed=0
for profile in release size; do
    cargo build --quiet --profile "$profile" --target="$target"
    library=target/$target/$profile/libpanics.a
    run=$profile
    [[ $target = "$host" ]] || run=${target%%-*}-$profile
    "${OBJDUMP:-objdump}" -rt "$library" 2>/dev/null |
        awk -v profile="$run" -v known=known -f follow.awk known - || failed=1
done
exit $failed
