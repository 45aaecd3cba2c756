#!/bin/sh
# What --json prints is what znn(1) says, for each command, in success and in failure.
. "$(dirname "$0")/lib.sh"
command -v python3 >/dev/null || skip "there is no python3"

# run STATUS OBJECT ARGUMENT...: runs the command with --json and keeps what it prints.
run() {
    wanted_status=$1
    object=$2
    shift 2
    expect "$wanted_status" "$ZNN" "$@" --json
    if grep -q '"ok": false' "$logs/out"; then found=1; else found=0; fi
    [ $found -eq "$wanted_status" ] || fail "$wanted_status, but: $(cat "$logs/out"): $*"
    count=$((count + 1))
    cp "$logs/out" "../outputs/$count"
    set -- "$object=../outputs/$count"
    arguments="$arguments $1"
}

begin "the schema"
mkdir ../outputs
count=0
arguments=
python3 - <<'X'
import array, json, random, struct
random.seed(1)
n = 1 << 15
def floats():
    return array.array("f", [random.gauss(0, 0.02) for _ in range(n)]).tobytes()
def write(name, parts, shared=False):
    header, end = {}, 0
    for key, part in parts.items():
        header[key] = {"dtype": "F32", "shape": [n // 256, 256], "data_offsets": [end, end + len(part)]}
        end += len(part)
    text = json.dumps(header).encode()
    with open(name, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts.values()))
base = {"h.0.attn.weight": floats(), "h.1.mlp.weight": floats()}
child = {}
for key, part in base.items():
    part = bytearray(part)
    for i in range(0, len(part), 4):
        part[i] ^= random.getrandbits(3)
    child[key] = bytes(part)
write("base.safetensors", base)

# A PyTorch file of two tensors in one storage, without PyTorch.
import collections, io, pickle, sys, types, zipfile
torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
sys.modules["torch"], sys.modules["torch._utils"] = torch, utils
def _rebuild_tensor_v2(*arguments):
    pass
_rebuild_tensor_v2.__module__ = "torch._utils"
utils._rebuild_tensor_v2 = _rebuild_tensor_v2
torch.FloatStorage = type("FloatStorage", (), {"__module__": "torch"})
class Storage:
    pass
class Tensor:
    def __reduce__(self):
        return _rebuild_tensor_v2, (storage, 0, (n // 256, 256), (256, 1), False, collections.OrderedDict())
class Turned:
    def __reduce__(self):
        return _rebuild_tensor_v2, (storage, 0, (256, n // 256), (1, 256), False, collections.OrderedDict())
class Pickler(pickle.Pickler):
    def persistent_id(self, thing):
        return ("storage", torch.FloatStorage, "0", "cpu", n) if isinstance(thing, Storage) else None
storage = Storage()
text = io.BytesIO()
Pickler(text, 2).dump(collections.OrderedDict(a=Tensor(), b=Tensor(), c=Turned()))
with zipfile.ZipFile("tied.pt", "w") as archive:
    archive.writestr("tied/data.pkl", text.getvalue())
    archive.writestr("tied/data/0", base["h.0.attn.weight"])
    archive.writestr("tied/version", "3\n")
write("child.safetensors", child)
X
echo text >text
: >empty
head -c 100000 child.safetensors >cut.safetensors
make_layers layers.safetensors

cat base.safetensors text >trail.safetensors
run 0 coding compress trail.safetensors
run 0 list list trail.znn
run 0 stat stat trail.safetensors
run 0 coding compress tied.pt
run 0 list list tied.znn
run 0 stat stat --tensors tied.pt
run 0 coding compress base.safetensors layers.safetensors text empty cut.safetensors
run 0 coding compress --base base.safetensors child.safetensors
run 0 coding compress --max-error 1e-4 base.safetensors -o rounded.znn
mkdir family
cp child.znn family/1.znn
for name in p q; do
    cp base.safetensors family/$name.safetensors
done
expect 0 "$ZNN" compress --base family/p.safetensors family/q.safetensors -o family/q.znn
expect 0 "$ZNN" compress --base family/q.safetensors family/p.safetensors -o family/p.znn
rm family/?.safetensors
run 0 bases list --bases family
run 0 bases list --bases child.znn
run 1 bases list --bases missing text family
rm -r family
run 0 rebase rebase -n --no-base child.znn
run 0 rebase rebase --no-base child.znn -o whole.znn
run 0 rebase rebase -n --base base.safetensors whole.znn
run 0 rebase rebase --base base.safetensors whole.znn rounded.znn
run 0 rebase rebase --base base.safetensors whole.znn
run 1 rebase rebase --base base.safetensors missing
run 0 coding decompress child.znn rounded.znn empty.znn -o back/
run 0 coding compress -r . --all -o stored
for name in base child rounded empty cut text; do
    run 0 test test $name.znn
    run 0 list list $name.znn
    run 0 stat stat --tensors --layers $name.znn
done
run 0 stat stat --base base.safetensors --tensors child.safetensors
run 0 stat stat layers.safetensors empty
run 0 sweep stat --sweep --tensors base.safetensors
run 0 sweep stat --fixed-point 12 layers.safetensors
run 0 related stat --related child.safetensors base.safetensors

# Failures: whichever command it is, and whatever fails.
cp base.safetensors fake.znn
cp base.znn new.znn
printf '\377' | dd of=new.znn bs=1 seek=16 conv=notrunc 2>/dev/null
cp base.znn damaged.znn
flip damaged.znn 100000
cp base.znn tail.znn
flip tail.znn $(($(size tail.znn) - 30))
mkdir lost directory
cp child.znn lost
mkdir -m 000 locked
for file in missing fake.znn new.znn damaged.znn tail.znn lost/child.znn directory ''; do
    run 1 coding decompress "$file" -o directory/out # far from the base, which is looked for beside an output, too
    run 1 test test "$file"
    case $file in damaged.znn | lost/*) ;; *) run 1 list list "$file" ;; esac
done
for file in missing directory new.znn tail.znn; do
    run 1 stat stat "$file"
done
run 1 coding compress missing base.safetensors directory
run 1 coding compress base.safetensors -o missing/x
run 1 coding compress base.safetensors -o missing/x/
run 1 coding compress base.safetensors --base missing -f
run 1 coding compress base.safetensors --base lost/child.znn -f
run 1 coding compress -r directory missing
run 1 coding decompress -r directory missing
run 1 coding compress -r base.safetensors -o text
run 1 test test -r directory missing
run 1 stat stat base.safetensors layers.safetensors --base missing
run 1 stat stat base.safetensors layers.safetensors --base lost/child.znn
run 1 sweep stat --sweep base.znn missing
run 1 sweep stat --sweep --base missing base.safetensors
run 1 related stat --related base.znn base.safetensors
run 1 related stat --related base.safetensors missing
run 1 related stat --related base.safetensors lost/child.znn
echo x >there.svg
run 1 stat stat base.safetensors --svg there.svg
run 1 stat stat base.safetensors --svg missing/x.svg
if [ "$(id -u)" -ne 0 ]; then
    for command in compress decompress test; do
        run 1 coding $command -r locked
    done
fi
chmod 700 locked
# Links, hard links, what is done already, and what would be done.
mkdir -p tree/a
cp base.safetensors tree/a/model.bin
ln tree/a/model.bin tree/twin.bin
ln -s a/model.bin tree/link.bin
run 0 coding compress -r -n tree -o tree.znn
run 0 coding compress -r tree -o tree.znn
run 0 coding compress -r tree -o tree.znn
run 0 coding decompress -r -n tree.znn -o tree.again
run 0 coding decompress -r tree.znn -o tree.again

# shellcheck disable=SC2086
python3 "${ZNN_SOURCE:?}/tests/json_schema.py" "$ZNN_SOURCE/man/znn.1" $arguments || fail "the manual and the program differ"
rm -rf ../outputs
finish
