# Reads the file `known`, then `objdump -rt`: symbols with their sections, and what each section refers to. Prints the exported functions that
# reach a panic and are not known to, and those that are known to and do not.
FILENAME == known {
    if ($1 == profile) excused[$2] = 1
    next
}
function panics(name) {
    return name ~ /panicking|rust_begin_unwind|slice_index_fail|unwrap_failed|expect_failed|len_mismatch_fail|copy_within/
}
# A symbol: address, flags, section, size, name.
/^[0-9a-f]+ [lgu! ].*\t/ {
    split($0, halves, "\t")
    n = split(halves[1], left, " ")
    name = halves[2]
    sub(/^[0-9a-f]+ +(\.hidden )?/, "", name)
    section_of[name] = left[n]
    names_in[left[n]] = names_in[left[n]] "\n" name
    if (name ~ /^(infer|step|train|fit)_/) roots[name] = left[n]
    next
}
/^RELOCATION RECORDS FOR/ {
    from = $0
    sub(/.*\[/, "", from); sub(/\]:$/, "", from)
    next
}
/^[0-9a-f]+ R_/ {
    to = $0
    sub(/^[0-9a-f]+ R_[^ ]+ +/, "", to)
    sub(/[-+]0x[0-9a-f]+$/, "", to)
    if (!((from, to) in seen)) { seen[from, to] = 1; refers[from] = refers[from] "\n" to }
}
END {
    bad = 0
    for (root in roots) {
        total++
        delete reached; delete todo
        count = 1; todo[1] = roots[root]; reached[roots[root]] = 1; found = ""
        for (i = 1; i <= count; i++) {
            m = split(refers[todo[i]], all, "\n")
            for (k = 2; k <= m; k++) {
                name = all[k]
                section = name in section_of ? section_of[name] : name
                label = name in section_of ? name : names_in[name]
                if (panics(label)) { found = label "\n    in " todo[i] } 
                else if (!(section in reached)) { reached[section] = 1; todo[++count] = section }
            }
        }
        if (found != "") reaching++
        if (found != "" && !(root in excused)) { bad++; print profile ": " root " can panic: " found }
        if (found == "" && root in excused) { bad++; print profile ": " root " cannot panic any more; take it off the list" }
    }
    print profile ": " total - reaching " of " total " functions cannot panic"
    exit bad > 0 || total == 0
}
