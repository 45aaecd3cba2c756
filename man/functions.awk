# functions.awk - writes the manual pages of the functions from the public header
#
#     awk -v folder=DIR -f mdoc.awk -f functions.awk functions.txt libznn.3 znn.h
#
# The header is divided into sections by titles between rules.  functions.txt names the page of each.  A section
# consists of blocks: a comment, and the code that follows it up to the next comment at the start of a line.
#
#     SYNOPSIS             the prototypes
#     DESCRIPTION          the blocks that have a prototype, and those of types that have no definition
#     TYPES AND CONSTANTS  all other blocks
#     SEE ALSO             the pages of all that the text mentions
#
# Each function and type gets a page of its own name, too, which leads to the page of its section.  The date is that of
# libznn.3.  Exits with 1 if functions.txt and the header have different sections.

function fail(text) {
    print "functions.awk: " text >"/dev/stderr"
    failed = 1
}

function trim(text) {
    gsub(/^ +| +$/, "", text)
    return text
}

FILENAME ~ /\.txt$/ && !/^#/ {
    split($0, field, "|")
    section = trim(field[1])
    page_of_section[section] = trim(field[2])
    purpose[section] = trim(field[3])
    order[++section_count] = section
    section = ""
}

FILENAME ~ /\.3$/ && /^\.Dd / { date = $0 }

FILENAME !~ /\.h$/ { next }

# Titles between rules.
/^\/\* -+ \*\/$/ { is_after_rule = 1; next }
is_after_rule && /^\/\* .* \*\/$/ {
    section = trim(substr($0, 4, length($0) - 6))
    seen[section] = 1
    if (!(section in page_of_section))
        fail("functions.txt has no page for the section \"" section "\"")
    start_block()
    is_after_rule = 0
    next
}
{ is_after_rule = 0 }
section == "" { next }

# Comments at the start of a line begin a block.
/^\/\*$/ { start_block(); is_comment = 1; next }
/^ \*\/$/ { is_comment = 0; next }
is_comment { comment[block] = comment[block] substr($0, 4) "\n"; next }
/^\/\* .* \*\/$/ { start_block(); comment[block] = substr($0, 4, length($0) - 6) "\n"; next }

# Code.  What depends on the compiler is not for the reader, except for the names of macros.
/^#if/ { conditions++; next }
/^#endif/ { conditions--; next }
/^# *define ZNN_[A-Z_]+\(/ { add_macro($0); next }
conditions > 0 { next }
{ add_code($0) }

function start_block() {
    if (block == 0 || section_of[block] != section || comment[block] code[block] prototypes[block] != "")
        block++
    section_of[block] = section
    declaration = ""
}

# add_macro(text): a macro with parameters counts as a function.  ZNN_STRUCT_SIZE is for the header alone.
function add_macro(text,    name) {
    sub(/^# *define /, "", text)
    name = text
    sub(/\(.*/, "", name)
    if (name == "ZNN_STRUCT_SIZE" || name in owner)
        return
    sub(/\).*/, ")", text)
    add_function(name, text ";")
}

function add_function(name, prototype) {
    owner[name] = section
    prototypes[block] = prototypes[block] prototype "\n"
    titles[block] = titles[block] (titles[block] == "" ? "" : ", ") name "()"
    functions[section] = functions[section] name "\n"
}

# add_code(text): gathers lines until a declaration is complete.
function add_code(text) {
    if (text == "" && declaration == "")
        return
    declaration = declaration (declaration == "" ? "" : "\n") text
    if (declaration !~ /^#define/ && text !~ /;( *\/\*.*\*\/)?$/)
        return
    if (count_of("{", declaration) != count_of("}", declaration))
        return
    add_declaration(declaration)
    declaration = ""
}

function add_declaration(text,    name) {
    if (text ~ /^ZNN_API/) {
        gsub(/\n */, " ", text)
        sub(/^ZNN_API /, "", text)
        name = text
        sub(/\(.*/, "", name)
        sub(/.*[ *]/, "", name)
        add_function(name, text)
        return
    }
    if (text ~ /^struct [a-z_]+;$/) {
        opaque[block] = substr(text, 1, length(text) - 1)
        return
    }
    name = name_declared(text)
    if (name ~ /znn_/)
        owner[name] = section
    code[block] = code[block] text "\n"
    declared[block, ++declared_count[block]] = text
    if (text ~ /^(struct|enum) /)
        name = (text ~ /^struct/ ? "struct " : text ~ /^enum znn/ ? "enum " : "") name
    titles[block] = titles[block] (titles[block] == "" ? "" : ", ") name
}

# name_declared(text): the name of a type or a constant; for an enum without a name, those of its constants.
function name_declared(text,    parts, count, i, names) {
    if (match(text, /^(struct|enum) znn_[a-z_]+/) || match(text, /^#define [A-Z_0-9]+/))
        return substr(text, index(text, " ") + 1, RLENGTH - index(text, " "))
    if (match(text, /znn_[a-z_]+\(/)) # typedef
        return substr(text, RSTART, RLENGTH - 1)
    count = split(text, parts, /[ ,{\n]+/)
    for (i = 1; i <= count; i++)
        if (parts[i] ~ /^ZNN_/ && parts[i + 1] == "=")
            names = names (names == "" ? "" : ", ") parts[i]
    return names
}

END {
    for (i = 1; i <= section_count; i++) {
        if (order[i] in seen)
            write_page(order[i])
        else
            fail("the header has no section \"" order[i] "\"")
    }
    for (name in owner)
        if (name != page_of_section[owner[name]])
            print ".so man3/" page_of_section[owner[name]] ".3" >(folder "/" name ".3")
    exit failed
}

function write_page(title,    name) {
    name = page_of_section[title]
    page_file = folder "/" name ".3"
    split("", mentioned)
    split("", manual)
    write_line(".\\\" Written by man/functions.awk from the section \"" title "\" of znn.h.")
    write_line(date)
    write_line(".Dt " toupper(name) " 3")
    write_line(".Os")
    write_names(title)
    write_synopsis(title)
    write_blocks(title, 1, ".Sh DESCRIPTION")
    write_blocks(title, 0, ".Sh TYPES AND CONSTANTS")
    write_see_also(title)
    close(page_file)
}

function write_names(title,    names, count, i) {
    write_line(".Sh NAME")
    count = split(functions[title], names, "\n") - 1
    for (i = 1; i <= count; i++)
        write_line(".Nm " names[i] (i < count ? " ," : ""))
    write_line(".Nd " purpose[title])
}

function write_synopsis(title,    i, lines, count, k) {
    write_line(".Sh SYNOPSIS")
    write_line(".In znn.h")
    for (i = 1; i <= block; i++) {
        if (section_of[i] != title)
            continue
        count = split(prototypes[i], lines, "\n") - 1
        for (k = 1; k <= count; k++) {
            note_types(lines[k])
            write_prototype(lines[k])
        }
    }
}

# note_types(text): the types in a prototype count as mentioned, so that a reader finds their pages.
function note_types(text,    name) {
    while (match(text, /(struct|enum) znn_[a-z_]+/)) {
        name = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        sub(/.* /, "", name)
        mentioned[name] = 1
    }
}

function write_prototype(text,    at, head, name, arguments, count, i) {
    at = index(text, "(")
    head = substr(text, 1, at - 1)
    name = head
    sub(/.*[ *]/, "", name)
    head = trim(substr(head, 1, length(head) - length(name)))
    if (head != "")
        write_line(".Ft \"" head "\"")
    write_line(".Fo " name)
    count = split(substr(text, at + 1, length(text) - at - 2), arguments, ", ")
    for (i = 1; i <= count; i++)
        write_line(".Fa \"" arguments[i] "\"")
    write_line(".Fc")
}

function write_blocks(title, is_description, heading,    i) {
    for (i = 1; i <= block; i++) {
        if (section_of[i] != title || is_description != (prototypes[i] != "" || code[i] == ""))
            continue
        if (heading != "")
            write_line(heading)
        heading = ""
        write_block(i)
    }
}

# is_listed_enum(i): block i is an enum with comments; the list of its constants has their values, too.
function is_listed_enum(i) {
    return declared_count[i] == 1 && code[i] ~ /^enum/ && index(code[i], "/*")
}

function write_block(i,    k) {
    write_line(".Ss " (titles[i] != "" ? titles[i] : opaque[i]))
    if (code[i] != "" && !is_listed_enum(i)) {
        write_code(without_comments(code[i]))
        if (comment[i] != "")
            write_line(".Pp")
    }
    write_comment(comment[i])
    for (k = 1; k <= declared_count[i]; k++)
        write_members(declared[i, k])
}

function without_comments(text) {
    gsub(/ZNN_STRUCT_SIZE\([^)]*\)/, "size_t struct_size", text)
    while (match(text, /\n? *\/\*([^*]|\*[^\/])*\*\//))
        text = substr(text, 1, RSTART - 1) substr(text, RSTART + RLENGTH)
    sub(/\n+$/, "", text)
    return text
}

# write_members(text): a list of the members, or constants, that have comments.  A comment stands behind its member on
# the same line, or before it; then it is also for the members after that one that have none.  A comment that ends in a
# colon is a heading.
function write_members(text,    is_enum, note) {
    if (!index(text, "{") || !index(text, "/*"))
        return
    is_enum = text ~ /^enum/
    rest = substr(text, index(text, "{") + 1)
    sub(/[}][^}]*$/, "", rest)
    names = note = ""
    list_is_open = 0
    while (sub(/^[ \n]+/, "", rest) || rest != "") {
        if (rest ~ /^\/\*/)
            note = take_note()
        else if (rest != "")
            note = take_member(is_enum, note)
        if (note ~ /:$/) {
            write_heading(note)
            note = ""
        }
    }
    write_item()
    close_list()
}

# take_member(is_enum, note): takes a member off `rest`; note is the comment before it, "" if there is none.
function take_member(is_enum, note,    member, name) {
    if (is_enum)
        match(rest, /^[^,\n\/]*,?/)
    else if (!match(rest, /^[^;]*;/))
        RLENGTH = length(rest)
    member = substr(rest, 1, RLENGTH)
    rest = substr(rest, RLENGTH + 1)
    name = is_enum ? constant(member) : member_name(member)
    if (rest ~ /^ *\/\*/) {
        sub(/^ */, "", rest)
        note = take_note()
        start_item(name, note)
        write_item()
    } else if (note != "")
        start_item(name, note)
    else if (names != "")
        names = names " , " name
    return ""
}

function take_note(    note) {
    match(rest, /\*\//)
    note = substr(rest, 3, RSTART - 3)
    rest = substr(rest, RSTART + 2)
    gsub(/\n +(\* )?/, " ", note)
    return trim(note)
}

function member_name(member) {
    if (member ~ /\(\*[a-z_]+\)/) {
        sub(/^[^(]*\(\*/, "", member)
        sub(/\).*/, "", member)
        return member
    }
    sub(/(\[.*)?;$/, "", member)
    sub(/.*[ *]/, "", member)
    return member
}

function constant(member) {
    sub(/,? *$/, "", member)
    sub(/ = -/, " = \\-", member)
    sub(/ = /, " No = ", member)
    return member
}

function start_item(name, note) {
    write_item()
    names = name
    item_note = note
}

function write_item() {
    if (names == "")
        return
    if (!list_is_open)
        write_line(".Bl -tag -width Ds")
    list_is_open = 1
    write_line(".It " (names ~ /^ZNN/ ? "Dv " : "Fa ") names)
    write_text(item_note)
    names = ""
}

function close_list() {
    if (list_is_open)
        write_line(".El")
    list_is_open = 0
}

function write_heading(note) {
    write_item()
    close_list()
    write_line(".Pp")
    write_text(note)
}

# write_see_also(title): the pages of all names that are mentioned, and other manual pages, sorted.
function write_see_also(title,    name, list, count, i) {
    split("", manual_pages)
    manual_pages["3 libznn"] = 1
    for (name in mentioned)
        if (name in owner && owner[name] != title)
            manual_pages["3 " page_of_section[owner[name]]] = 1
    for (name in manual)
        manual_pages[manual[name] " " name] = 1
    count = sort_keys(manual_pages, list)
    write_line(".Sh SEE ALSO")
    for (i = 1; i <= count; i++)
        write_line(".Xr " substr(list[i], 3) " " substr(list[i], 1, 1) (i < count ? " ," : ""))
}

function sort_keys(set, list,    key, count, i) {
    count = 0
    for (key in set) {
        for (i = count++; i > 0 && tolower(list[i]) > tolower(key); i--)
            list[i + 1] = list[i]
        list[i + 1] = key
    }
    return count
}
