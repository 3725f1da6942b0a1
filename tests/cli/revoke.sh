#!/bin/sh
# Goal of this test: a key is revoked by its owner, readers are told with what
# it signed before and after, nothing is hidden, and nobody revokes by mistake.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

cd "$scratch"
printf '# Before\n\nText.\n' >before.md
printf '# After\n\nText.\n' >after.md
P2PUB_HOME=$scratch/author
make_key author
cp "$P2PUB_HOME/keys/author.pub" author.pub
publish before.md --lang en
before=$id
expect 0 export stick

# Refused, in one line each, and nothing is signed.
expect 2 keys revoke --yes --offline
complains 'needs --reason'
expect 2 keys revoke --yes --offline --reason ' blanks '
complains 'one line of 1 to 1024 octets'
expect 2 keys revoke --yes --offline --reason ''
expect 2 keys revoke --offline --reason 'Taken at the border'
complains 'cannot be undone'
expect 2 keys revoke author other --yes --offline --reason x
expect 6 keys revoke nobody --yes --offline --reason x
complains "no key called 'nobody'"
expect 2 keys list --reason x
complains '--reason is not for keys list'
expect 2 keys new other --yes
complains '--yes is not for keys new'
expect 0 keys revoke --dry-run --json --reason 'Taken at the border'
has dry_run true
expect 0 verify --key author.pub --json "$before"
has revoked null

# On a terminal a person is asked, and may say no.
code=0
"$on_terminal" 'public? [y/N] ' 'n
' -- "$P2PUB" keys revoke --offline --reason x >out 2>err || code=$?
[ "$code" -eq 1 ] || fault "said no on a terminal: exit code $code"
says 'it cannot be undone'
says 'nothing was signed'
expect 0 verify --key author.pub --json "$before"
has revoked null

# A reader who had the statement before, and is told afterwards.
P2PUB_HOME=$scratch/reader
expect 0 import stick
P2PUB_HOME=$scratch/author
expect 0 keys revoke author --yes --offline --json \
    --reason 'Taken at the border'
has delivered 0
revocation=$(json id)
expect 1 keys revoke --yes --offline --reason 'Taken at the border'
complains 'revoked already'
expect 0 verify --key author.pub --json "$before"
has revoked.reason 'Taken at the border'
has revoked.came_before true
publish after.md --lang en
complains 'was revoked on'
after=$id
expect 0 list --json
has statements.0.key_revoked true
expect 0 list
says 'author: [key revoked] After'
expect 0 keys list
says 'author  (not encrypted, revoked)'
expect 0 export later
P2PUB_HOME=$scratch/reader
expect 0 import later
expect 0 verify --key author.pub --json "$before"
has revoked.id "$revocation"
has revoked.came_before true
expect 0 verify --key author.pub --json "$after"
has revoked.reason 'Taken at the border'
has revoked.came_before false

# Whoever holds the key and no record at all can revoke it too.
P2PUB_HOME=$scratch/bare
mkdir -p "$P2PUB_HOME"
cp -R "$scratch/author/keys" "$P2PUB_HOME/keys"
chmod 700 "$P2PUB_HOME"
expect 0 keys revoke --yes --offline --json --reason 'Lost with the laptop'
has delivered 0
expect 0 keys revoke --yes --offline --reason 'Stolen, not lost'

finish
