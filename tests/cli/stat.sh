#!/bin/sh
# What `stat` shows: as text, as JSON, as a picture.
. "$(dirname "$0")/lib.sh"
LC_ALL=C.UTF-8
export LC_ALL
unset COLUMNS

# narrow: no line of the last command's output is wider than 80 columns.  For ASCII only.
narrow() {
    awk 'length > 80 { exit 1 }' "$logs/out" || fail "a line is too wide: $(awk 'length > 80' "$logs/out")"
}

begin "a model and its .znn file"
make_layers model.safetensors
expect 0 "$ZNN" compress model.safetensors
expect 0 "$ZNN" stat model.safetensors
silent
narrow
prints "model.safetensors"
prints "  format      safetensors"
prints "  class       bf16"
prints "  parameters  2.73 K (2734) in 8 tensors"
prints "  original    "
prints "($(wc -c <model.safetensors) bytes)"
prints "($(wc -c <model.znn) bytes)"
sed 1d "$logs/out" >model
expect 0 "$ZNN" stat model.znn
sed 1d "$logs/out" | cmp - model || fail "the .znn file's block is another one"
expect 0 "$ZNN" stat - <model.safetensors
[ "$(head -n 1 "$logs/out")" = "(stdin)" ] || fail "no name"
# shellcheck disable=SC2002
cat model.safetensors | "$ZNN" stat >"$logs/out" || fail "from a pipe"
prints "in 8 tensors"
only model model.safetensors model.znn

begin "levels"
make_layers model.safetensors
expect 0 "$ZNN" compress -9 model.safetensors
expect 0 "$ZNN" stat -9 -T 1 model.safetensors
prints "($(wc -c <model.znn) bytes)"

begin "JSON"
make_layers model.safetensors
expect 0 "$ZNN" compress model.safetensors
expect 0 "$ZNN" stat --json model.safetensors
silent
is_json
[ "$(value path)" = model.safetensors ] || fail "path"
[ "$(value format)" = safetensors ] || fail "format"
[ "$(value class)" = bf16 ] || fail "class"
[ "$(value original_bytes)" = "$(wc -c <model.safetensors)" ] || fail "original_bytes"
[ "$(value compressed_bytes)" = "$(wc -c <model.znn)" ] || fail "compressed_bytes"
if grep -q header_error "$logs/out"; then fail "header_error"; fi
if grep -q '"name"' "$logs/out"; then fail "tensors were not asked for"; fi
prints '"dtype": "BF16",'
prints '"group": 3,'
expect 0 "$ZNN" stat --json --tensors --layers model.znn
is_json
prints '"name": "h.0.attn.weight",'
prints '"shape": [16, 32],'
prints '"shape": [],'
prints '"layer": "h.1",'
prints '"role": "attention",'

# sum_up: what the parts in the JSON come to, and the whole.
sum_up() {
    awk '
        /"dtypes": \[/ { inside = 1 }
        /"tensors": \[/ { inside = 0 }
        inside && /^        "bytes":/ { original += $2 }
        inside && /^        "compressed_bytes":/ { compressed += $2 }
        /^    "opaque_bytes":/ { original += $2 }
        /^    "opaque_compressed_bytes":/ { compressed += $2 }
        /^    "container_bytes":/ { compressed += $2 }
        /^    "original_bytes":/ { original -= $2 }
        /^    "compressed_bytes":/ { compressed -= $2 }
        END { print original + 0, compressed + 0 }' "$logs/out"
}
[ "$(sum_up)" = "0 0" ] || fail "the parts miss the whole by $(sum_up)"

begin "several files, and one that is missing"
make_layers a.safetensors
make_model b.safetensors
expect 1 "$ZNN" stat --json a.safetensors missing b.safetensors
says "znn: missing: could not open"
is_json
[ "$(grep -c '"path"' "$logs/out")" -eq 3 ] || fail "not three objects"
prints '"error": "ZNN_ERROR_IO"'
expect 1 "$ZNN" stat a.safetensors missing b.safetensors
prints "2 files: "

begin "files that are no models"
: >empty
expect 0 "$ZNN" stat --json empty
is_json
[ "$(value class)" = opaque ] || fail "class of an empty file"
[ "$(value ratio)" = null ] || fail "ratio of an empty file"
expect 0 "$ZNN" stat empty
prints "class       empty"
make_random random 300
expect 0 "$ZNN" stat random
prints "class       already compressed, or random"
yes | head -c 100000 >text
expect 0 "$ZNN" stat text
prints "class       plain bytes, no tensors"
prints "format      bytes (not safetensors: "
cp text cut.znn
"$ZNN" compress text -o good.znn
head -c 50 good.znn >cut.znn
expect 1 "$ZNN" stat --json cut.znn
is_json
[ "$(value error)" = ZNN_ERROR_CORRUPT ] || fail "no error in the object"
# shellcheck disable=SC2002
cat good.znn | "$ZNN" stat - >"$logs/out" 2>"$logs/err"
[ $? -eq 1 ] || fail "exit code"
says "(stdin): is a stream"
"$ZNN" stat - <good.znn >"$logs/out" || fail "a redirected .znn file"

begin "classes"
awk 'BEGIN { srand(1); for (i = 0; i < 65536; i++) printf "%c", 1 + int(rand() * 120) }' >data
for type in F16:32768:exponent BF16:32768:bf16 F8_E5M2:65536:quantized U8:65536:integer I64:8192:integer; do
    dtype=${type%%:*}
    class=${type##*:}
    count=${type#*:}
    make_safetensors m.safetensors \
        "{\"x\":{\"dtype\":\"$dtype\",\"shape\":[${count%:*}],\"data_offsets\":[0,65536]}}" data
    expect 0 "$ZNN" stat --json m.safetensors
    [ "$(value class)" = "$class" ] || fail "$dtype is $(value class)"
done
for name in weight h.0.qweight a/qzeros; do
    make_safetensors m.safetensors "{\"$name\":{\"dtype\":\"U8\",\"shape\":[65536],\"data_offsets\":[0,65536]}}" data
    expect 0 "$ZNN" stat --json m.safetensors
    [ "$(value class)" = quantized ] || fail "$name is $(value class)"
done

begin "rows"
make_layers model.safetensors
expect 0 "$ZNN" stat --tensors model.safetensors
narrow
grep -q '^  h.0.attn.weight  *f32  *16x32  *2.00 KiB ' "$logs/out" || fail "no row: $(cat "$logs/out")"
grep -q '^  step  *i64  *scalar  *8 B ' "$logs/out" || fail "no row for the scalar"
expect 0 "$ZNN" stat --sort size model.safetensors
[ "$(sed '1,/^  tensor /d' "$logs/out" | awk 'NR == 1 { print $1 }')" = h.1.mlp.weight ] ||
    fail "the largest is not the first: $(cat "$logs/out")"
expect 0 "$ZNN" stat --match 'h.[0-9].*' model.safetensors
prints "matching 'h.[0-9].*': 4 of 8 tensors"
if grep -q wte "$logs/out"; then fail "wte does not match"; fi
expect 0 "$ZNN" stat --match 'nothing' model.safetensors
prints "0 of 8 tensors"
expect 0 "$ZNN" stat --layers model.safetensors
narrow
grep -q '^  h.0  *2  ' "$logs/out" || fail "no layer h.0"
grep -q '^  h.1  *2  ' "$logs/out" || fail "no layer h.1"
grep -q '^  norm  *1  ' "$logs/out" || fail "no role norm"
grep -q '^  embedding  *1  ' "$logs/out" || fail "no role embedding"
expect 2 "$ZNN" stat --sort colour model.safetensors
says "--sort takes size, ratio or name"

begin "bars"
make_layers model.safetensors
expect 0 "$ZNN" stat --layers model.safetensors
if grep -q '[█#░]' "$logs/out"; then fail "bars in a pipe"; fi
expect 0 "$ZNN" stat --layers --bars model.safetensors
prints "█"
expect 0 env TERM=dumb "$ZNN" stat --layers --bars model.safetensors
prints "##"
if grep -q '█' "$logs/out"; then fail "Unicode on a dumb terminal"; fi
narrow
expect 0 env LC_ALL=C "$ZNN" stat --layers --bars model.safetensors
prints "##"
narrow

begin "names"
name=$(printf 'layer_%0200d.weight' 7)
printf 12345 >data
make_safetensors n.safetensors "{\"$name\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\
\"caf\\0303\\0251.\\0345\\0255\\0227\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]},\
\"a\\\\u001b[31m\\\\u0000\\\\nb\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[2,3]},\
\"\\0342\\0200\\0256\\\\\"\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[3,4]},\
\"\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[4,5]}}" data
expect 0 "$ZNN" stat --tensors n.safetensors
prints "in 5 tensors"
prints "  $name " # no terminal, so that nothing is cut
prints "$(printf '  caf\303\251.\345\255\227 ')"
prints 'a\x1b[31m\x00\x0ab '
prints '\xe2\x80\xae" '
prints "  '' "
if [ "$(script -qec 'echo works' /dev/null </dev/null 2>/dev/null | tr -d '\r')" = works ]; then
    script -qec "\"$ZNN\" stat --tensors n.safetensors" /dev/null </dev/null >"$logs/out"
    prints "…"
    prints "0007.weight"
    LC_ALL=C script -qec "\"$ZNN\" stat --tensors n.safetensors" /dev/null </dev/null >"$logs/out"
    prints "..."
fi
expect 0 "$ZNN" stat --json --tensors n.safetensors
is_json
grep -qF '"name": "a\u001b[31m\u0000\u000ab"' "$logs/out" || fail "no such name: $(cat "$logs/out")"
prints "\"name\": \"$(printf '\342\200\256')\\\"\""

begin "a picture"
make_layers model.safetensors
expect 0 "$ZNN" stat --svg model.svg model.safetensors
head -n 1 model.svg | grep -q '^<svg xmlns' || fail "no picture"
grep -q '>h.1</text>' model.svg || fail "no label"
[ "$(tail -n 1 model.svg)" = "</svg>" ] || fail "no end"
expect 1 "$ZNN" stat --svg model.svg model.safetensors
says "model.svg: exists already"
[ ! -s "$logs/out" ] || fail "the work was done all the same"
expect 0 "$ZNN" stat -f --svg model.svg model.safetensors
expect 1 "$ZNN" stat -f --svg model.safetensors model.safetensors
says "is both input and output"
expect 2 "$ZNN" stat --svg x.svg model.safetensors model.safetensors
expect 2 "$ZNN" stat --svg - model.safetensors
only model.safetensors model.svg

begin "deltas and repeats are not clean"
if command -v python3 >/dev/null; then
    python3 - <<'X'
import array, json, random, struct
random.seed(1)
n = 1 << 15
base = array.array("f", [random.gauss(0, 0.02) for _ in range(n)]).tobytes()
child = bytearray(base)
for i in range(0, len(child), 4):
    child[i] ^= random.getrandbits(3)
def write(name, parts):
    header = {}
    for i, part in enumerate(parts):
        header["w%d" % i] = {"dtype": "F32", "shape": [n], "data_offsets": [4 * n * i, 4 * n * (i + 1)]}
    header = json.dumps(header).encode()
    with open(name, "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header + b"".join(parts))
write("base.safetensors", [base])
write("child.safetensors", [bytes(child)])
write("repeats.safetensors", [base] * 4)
X
    expect 0 "$ZNN" stat base.safetensors
    prints "class       exponent-only fp32"
    expect 0 "$ZNN" stat --base base.safetensors child.safetensors
    prints "class       exponent-only fp32"
    expect 0 "$ZNN" stat repeats.safetensors
    prints "class       exponent-only fp32"
    expect 0 "$ZNN" compress --base base.safetensors child.safetensors
    expect 0 "$ZNN" stat child.znn
    prints "class       delta fp32"
    expect 0 "$ZNN" stat --json child.znn
    prints '"class": "delta"'
fi

begin "a sample of a model that is too small to be sampled is all of it"
make_layers model.safetensors
expect 0 "$ZNN" stat --json model.safetensors
cp "$logs/out" "$logs/exact"
expect 0 "$ZNN" stat --quick --json model.safetensors
same "$logs/out" "$logs/exact"
begin "narrow terminals"
make_layers model.safetensors
"$ZNN" compress model.safetensors
# on_terminal COLUMNS COMMAND: standard output is a terminal, and its lines stay within so many columns.
on_terminal() {
    LC_ALL=C COLUMNS=$1 script -qec "\"$ZNN\" $2" /dev/null </dev/null | tr -d '\r' >"$logs/out"
    awk -v width="$1" 'length > width { exit 1 }' "$logs/out" || fail "beyond $1 columns: $(cat "$logs/out")"
}
if [ "$(script -qec 'echo works' /dev/null </dev/null 2>/dev/null | tr -d '\r')" = works ]; then
    for width in 40 45 50 55 60 70 80; do
        for flags in "" --layers --tensors; do
            on_terminal $width "stat --bars $flags model.znn"
        done
        on_terminal $width "list model.znn"
    done
    on_terminal 40 "stat model.znn"
    prints " left"
    on_terminal 80 "stat model.znn"
    prints "by byte group"
fi

begin "what is no terminal gets all of each name"
long=$(printf 'model.layers.%0150d.weight' 7)
printf '\1\2\3\4' >data
make_safetensors m.safetensors "{\"$long\":{\"dtype\":\"U8\",\"shape\":[1,1,1,1,1,2,2],\"data_offsets\":[0,4]}}" data
name=$(printf 'm%0150d.safetensors' 1)
cp m.safetensors "$name"
expect 0 "$ZNN" compress "$name" -o m.znn
for width in "" 40 80; do
    export COLUMNS=$width
    for command in "list m.znn" "list --sort name m.znn" "stat --tensors m.znn" "stat --layers m.znn" \
        "stat --sweep --tensors m.safetensors" "stat --tensors $name"; do
        # shellcheck disable=SC2086
        expect 0 "$ZNN" $command
        [ "${command#stat --layers}" != "$command" ] || prints "$long"
    done
    prints "$name"
    expect 0 "$ZNN" list m.znn
    prints offset
done
unset COLUMNS
finish
