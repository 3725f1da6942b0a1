#!/bin/sh
# Goal of this test: a statement has a title in each of its languages, and list,
# read and verify show the one that the reader's locale or --lang asks for.
. "${top_srcdir:?the source tree}/tests/cli/lib.sh"

# in_locale LOCALE COMMAND...: as expect 0, in that locale.  (Not every system
# has them, and p2pub does not ask whether this one does.)
in_locale() {
    locale=$1
    shift
    asked="LC_ALL=$locale p2pub $*"
    code=0
    env LC_ALL="$locale" "$P2PUB" "$@" </dev/null \
        >"$scratch/out" 2>"$scratch/err" || code=$?
    [ "$code" -eq 0 ] || fault "$asked: exit code $code, wanted 0"
}

cd "$scratch"
make_key Centre
printf '# An end to torture\n\nText.\n' >statement.md
printf '# Положить конец пыткам\n\nТекст.\n' >statement.ru.md
printf '# Азаптауға тыйым\n\nМәтін.\n' >statement.kk.md
publish statement.md --lang en --translation ru=statement.ru.md \
    --translation kk-cyrl=statement.kk.md
en=$id
expect 0 read --into folder "$en"
sed -n '/^title/,/^file/p' folder/header.txt | grep '^title' >shown
cat >wanted <<'TEXT'
title An end to torture
title-in kk-Cyrl Азаптауға тыйым
title-in ru Положить конец пыткам
TEXT
cmp -s wanted shown || fault "other titles in the header"

# In the language of the locale, or of --lang; else as its author began.
expect 0 list
says 'Centre: An end to torture'
in_locale ru_RU.UTF-8 list
says 'Centre: Положить конец пыткам'
says_not 'An end to torture'
in_locale kk_KZ.UTF-8 list
says 'Азаптауға тыйым'
in_locale de_DE.UTF-8 list
says 'An end to torture'
in_locale ru_RU.UTF-8 list --lang en
says 'An end to torture'
expect 0 list --lang RU-kz
says 'Положить конец пыткам'
in_locale ru_RU.UTF-8 read "$en"
says 'title         Положить конец пыткам'
says 'Текст.'
expect 0 read --lang kk "$en"
says 'title         Азаптауға тыйым'
says 'Мәтін.'
in_locale ru_RU.UTF-8 verify "$en"
says 'title         Положить конец пыткам'
expect 0 verify --lang kk folder/header.txt
says 'title         Азаптауға тыйым'
in_locale ru_RU.UTF-8 list --json
has statements.0.title 'An end to torture'
has statements.0.titles.ru 'Положить конец пыткам'
has statements.0.titles.kk-Cyrl 'Азаптауға тыйым'
expect 0 verify --json "$en"
has title 'An end to torture'
has titles.ru 'Положить конец пыткам'

# A title of one's own is that of the first text; a translation keeps its own,
# unless it is the same.  What may not stand in a title is left out of it.
publish statement.md --title 'Another title' --date 2020-01-01 --lang en \
    --translation ru=statement.ru.md
expect 0 verify --lang en "$id"
says 'title         Another title'
expect 0 verify --lang ru "$id"
says 'title         Положить конец пыткам'
printf '# An end to torture\n\nTexte.\n' >statement.fr.md
printf '# \342\200\256 reversed\n\nTexto.\n' >statement.es.md
publish statement.md --lang en --date 2020-01-02 \
    --translation fr=statement.fr.md --translation es=statement.es.md
expect 0 verify --json "$id"
has titles.fr -
has titles.es reversed
# Of no stated language: nobody would be shown it.
publish statement.md --lang en --date 2020-01-03 \
    --translation und=statement.ru.md
expect 0 verify --json "$id"
has titles.und -

# What is corrected in one language is seen in that one.
printf '# Положить конец всем пыткам\n\nТекст.\n' >statement.ru.md
publish statement.md --lang en --translation ru=statement.ru.md \
    --replaces "$en"
expect 0 read --diff --lang ru "$id"
says 'old title     Положить конец пыткам'
says 'new title     Положить конец всем пыткам'
expect 0 read --diff --lang en "$id"
says_not 'old title'

# Wrong input.
expect 2 list --lang 'no tag'
complains "'no tag' is no tag of a language"
expect 2 verify --lang 'no tag' "$en"
expect 2 read --lang 'no tag' "$en"
expect 2 list --lang
expect 4 read --lang uz "$en"
complains 'en ru kk-Cyrl'
expect 0 verify --lang uz "$en"
says 'An end to torture'

finish
