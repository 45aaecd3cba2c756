# shellcheck shell=sh
# What any shell is to complete.  The script that reads this has a function `offers WORD... :: CANDIDATE...`.  Directories
# are given as the shell names them, without a slash or with one ($slash).

begin "commands and flags"
offers '' :: compress decompress extract help list mount rebase stat test umount
offers de :: decompress
offers -q li :: list
offers frob '' ::
offers help '' :: compress decompress extract help list mount rebase stat test umount
offers compress --rec :: --recursive
offers compress --sp :: --spool-limit
offers decompress --lev ::
offers list --na :: --names
offers stat --na ::
offers --ver :: --version

begin "what flags take"
echo x >a.txt
offers compress --dtype BF :: BF16
offers extract --format '' :: npy raw safetensors
offers stat --sort r :: ratio
offers compress -T '' ::
offers compress -o a :: a.txt
offers stat --svg a :: a.txt

begin "files"
mkdir folder
make_layers model.safetensors
"$ZNN" compress model.safetensors
echo x >notes.txt
offers compress '' :: "folder${slash-}" model.safetensors
offers compress --force '' :: "folder${slash-}" model.safetensors
offers compress n :: notes.txt
offers decompress '' :: "folder${slash-}" model.znn
offers test m :: model.znn
offers test model.znn m :: model.znn
offers stat m :: model.safetensors model.znn
offers extract m :: model.znn

begin "names of tensors"
make_layers model.safetensors
"$ZNN" compress model.safetensors
cp model.znn 'my model.znn'
offers extract model.znn h.1 :: h.1.mask h.1.mlp.weight
offers extract model.znn step w :: wte.weight
offers extract -o out.npy model.znn st :: step
offers extract -q 'my\ model.znn' st :: step
offers extract missing.znn '' ::
