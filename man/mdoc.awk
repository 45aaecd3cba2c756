# mdoc.awk - functions for functions.awk: the comments and the code of a C header, written as mdoc
#
# write_comment() knows paragraphs, lists (" - ") and literal text (indented by four spaces).
# Words get a macro by how they look: `name`, name(), struct name, NAME, page(5), .znn.  Every znn name that occurs is
# noted in `mentioned`, from which the page's SEE ALSO is made.

function flush_line() {
    if (line != "")
        print (line ~ /^[.']/ ? "\\&" line : line) >page_file
    line = ""
}

function write_line(text) {
    flush_line()
    print text >page_file
}

function escape(text) {
    gsub(/\\/, "\\e", text)
    return text
}

function count_of(character, text,    copy) {
    copy = text
    return gsub("[" character "]", "", copy)
}

# take_delimiters(word): splits it into `opening`, `core` and `closing`, of which the outer two are punctuation with
# spaces between, as macros take it.
function take_delimiters(word,    last) {
    opening = closing = ""
    if (word ~ /^\(./ && count_of("(", word) > count_of(")", word) || word ~ /^\(.*\)[.,;:]*$/) {
        opening = "( "
        word = substr(word, 2)
    }
    while (length(word) > 1) {
        last = substr(word, length(word))
        if (last !~ /[.,;:?)]/ || (last == ")" && count_of("(", word) >= count_of(")", word)))
            break
        closing = " " last closing
        word = substr(word, 1, length(word) - 1)
    }
    core = word
}

# macro_of(word): the macro for a word without punctuation, with its argument; "" if it is an ordinary word.
function macro_of(word,    name) {
    if (word ~ /^`[*a-z_0-9>.-]+`$/)
        return "Fa " substr(word, 2, length(word) - 2)
    if (word ~ /^`.+`$/)
        return "Ql " substr(word, 2, length(word) - 2)
    if (word ~ /^(struct|enum)\001/) {
        name = word
        sub(/^[a-z]+\001/, "", name)
        mentioned[name] = 1
        sub(/\001/, " ", word)
        return "Vt \"" word "\""
    }
    if (word ~ /^[a-z]+\([1-9]\)$/) {
        name = word
        sub(/\(.*/, "", name)
        manual[name] = substr(word, length(name) + 2, 1)
        return "Xr " name " " manual[name]
    }
    if (word ~ /^[A-Za-z_0-9]+\([a-z_]*\)$/) {
        name = word
        sub(/\(.*/, "", name)
        mentioned[name] = 1
        sub(/\(/, " ", word)
        sub(/ ?\)$/, "", word)
        return "Fn " word
    }
    if (word ~ /^(ZNN_[A-Z_0-9]+|SIZE_MAX|UINT64_MAX|NULL)$/)
        return "Dv " word
    if (word ~ /^(EIO|ENOSPC)$/)
        return "Er " word
    if (word ~ /^znn_[a-z_]+$/) {
        mentioned[word] = 1
        return "Vt " word
    }
    if (word ~ /^\*?[a-z]+(_|\.|->)[a-z_]+$/ || word ~ /^\*[a-z]+$/)
        return "Fa " word
    if (word == ".znn")
        return "Pa .znn"
    return ""
}

function write_word(word,    macro, possessive) {
    take_delimiters(word)
    possessive = sub(/'s$/, "", core)
    macro = macro_of(core)
    if (macro != "") {
        sub(/ /, " " opening, macro)
        write_line("." escape(macro) (possessive ? " Ns 's" : "") closing)
        return
    }
    word = escape(word)
    gsub(/\001/, " ", word)
    gsub(/\^-/, "^\\-", word)
    sub(/^-/, "\\-", word)
    if (length(line) + length(word) > 78)
        flush_line()
    line = line (line == "" ? "" : " ") word
    if (closing ~ /[.?]/) # the end of a sentence
        flush_line()
}

function write_text(text,    words, count, i) {
    gsub(/struct znn_/, "struct\001znn_", text)
    gsub(/enum znn_/, "enum\001znn_", text)
    count = split(text, words, " +")
    for (i = 1; i <= count; i++)
        if (words[i] != "")
            write_word(words[i])
    flush_line()
}

# state_of(text): where a line of a comment belongs.
function state_of(text) {
    if (text ~ /^ *$/)
        return "gap"
    if (text ~ /^ - / || (state == "item" && text ~ /^   /))
        return "item"
    return text ~ /^    / ? "literal" : "text"
}

# close_part(): writes the paragraph or the item that was gathered.
function close_part() {
    if (gathered != "")
        write_text(gathered)
    gathered = ""
}

function enter(next_state) {
    close_part()
    if (state == "literal" || (state == "item" && next_state != "item"))
        write_line(state == "literal" ? ".Ed" : ".El")
    if (next_state == "literal")
        write_line(".Bd -literal -offset indent")
    else if (next_state == "item" && state != "item")
        write_line(".Bl -bullet -compact")
    else if (next_state == "text" && has_text)
        write_line(".Pp")
    has_text = 1
    state = next_state
}

# write_comment(comment): its lines, each without the star and one space.
function write_comment(comment,    lines, count, i, was, gaps) {
    count = split(comment, lines, "\n")
    state = gathered = ""
    has_text = gaps = 0
    for (i = 1; i <= count; i++) {
        was = state_of(lines[i])
        if (was == "gap") {
            gaps++
            continue
        }
        if (was != state || (gaps && was == "text"))
            enter(was)
        else if (was == "literal" && gaps)
            write_line("")
        gaps = 0
        if (was == "literal") {
            write_line(escape(substr(lines[i], 5)))
            continue
        }
        if (was == "item" && sub(/^ - /, "", lines[i])) {
            close_part()
            write_line(".It")
        }
        gathered = gathered " " lines[i]
    }
    enter("")
}

# write_code(code): lines of C as they are, but broken if a terminal of 80 columns has no room for them.
function write_code(code,    lines, count, i, text, at) {
    write_line(".Bd -literal")
    count = split(code, lines, "\n")
    for (i = 1; i <= count; i++) {
        text = lines[i]
        while (length(text) > 73 && (at = last_break(text)) > 0) {
            write_line(escape(substr(text, 1, at) (lines[i] ~ /^#/ ? " \\" : "")))
            text = "        " substr(text, at + 2)
        }
        write_line(escape(text))
    }
    write_line(".Ed")
}

# last_break(text): the last place before column 73 where C can go on on the next line.
function last_break(text,    at) {
    for (at = 71; at > 0; at--)
        if (substr(text, at, 2) ~ /[,+] /)
            return at
    return 0
}
