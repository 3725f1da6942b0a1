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

# Translations that were published apart: whose they are, and where to read
# them; those of unknown keys are only counted.
at() {
    P2PUB_HOME=$scratch/$1
}
short() {
    echo "$1" | cut -c1-12
}
printf '# Ending torture\n\nText of another statement.\n' >apart.md
publish apart.md --lang en
apart=$id
printf '# Кыйноону токтотуу\n\nКыргызча.\n' >apart.ky.md
publish apart.ky.md --lang ky --translates "$apart" --date 2023-07-01
ky=$id
expect 0 export all "$apart" "$ky"
cp home/keys/Centre.pub .
for who in Friend Stranger; do
    at "$who"
    make_key "$who"
    cp "$P2PUB_HOME/keys/$who.pub" .
    printf '# Қийноққа барҳам\n\nЎзбекча, %s.\n' "$who" >apart.uz.md
    publish apart.uz.md --lang uz-Cyrl --translates "$apart" --date 2023-07-02
    expect 0 export all "$id"
    [ "$who" = Stranger ] || uz=$id
done
at reader
expect 0 follow --yes --name Centre Centre.pub
expect 0 follow --yes --name 'Our friends' Friend.pub
expect 0 import all
expect 0 verify "$apart"
says "translated    $(short "$ky")  2023-07-01  ky  by the author"
says "translated    $(short "$uz")  2023-07-02  uz-Cyrl  by Our friends, not by the author"
says 'translated    1 by keys that you do not follow'
expect 0 verify --json "$apart"
has translations.# 2
has translations.0.id "$ky"
has translations.0.by_author true
has translations.0.name Centre
has translations.1.by_author false
has translations.1.name 'Our friends'
has translations.1.language uz-Cyrl
has translations_by_others 1
# Offered to whoever reads neither of what there is.
in_locale uz_UZ.UTF-8 read "$apart"
says "In uz-UZ: p2pub read $(short "$uz"), a translation by Our friends, not by the author"
says 'Text of another statement.'
in_locale ky_KG.UTF-8 read "$apart"
says "In ky-KG: p2pub read $(short "$ky"), a translation by the author"
in_locale en_US.UTF-8 read "$apart"
says_not 'In en'
expect 0 read "$apart"
says_not 'p2pub read'
in_locale tg_TJ.UTF-8 read "$apart"
says_not 'p2pub read'
expect 4 read --lang uz "$apart"
complains "try: p2pub read $(short "$uz") --lang uz"
expect 0 read "$uz"
says "translates    $(short "$apart") by Centre, who did not sign this"
expect 0 read "$ky"
says "translates    $(short "$apart"), by the same author"
# Nobody's name is trusted that is not followed.
expect 0 unfollow 'Our friends'
expect 0 verify "$apart"
says_not friends
says 'translated    2 by keys that you do not follow'
in_locale uz_UZ.UTF-8 read "$apart"
says_not 'p2pub read'
expect 4 read --lang uz "$apart"
expect 0 follow --yes --name 'Our friends' Friend.pub
# A correction of a translation is the one to read; one that was taken back is
# not.
at Friend
printf '# Қийноққа чек қўйиш\n\nЎзбекча, тўғриланган.\n' >apart.uz.md
publish apart.uz.md --lang uz-Cyrl --translates "$apart" --replaces "$uz" \
    --date 2023-07-03
newer=$id
expect 0 export all "$newer"
at reader
expect 0 import all
expect 4 read --lang uz "$apart"
complains "try: p2pub read $(short "$newer") --lang uz"
expect 0 verify "$apart"
says_not "$(short "$uz")"
at Friend
expect 0 withdraw --yes --offline --json "$newer" --reason Wrong
expect 0 export all "$(json id)"
at reader
expect 0 import all
expect 4 read --lang uz "$apart"
complains "try: p2pub read $(short "$uz") --lang uz"
# Whoever reads a translation is told what became of the original.
expect 0 verify --json "$uz"
has original.by_author false
has original.name Centre
has original.withdrawn false
has original.replaced false
at home
printf '# Ending all torture\n\nText of another statement.\n' >apart2.md
publish apart2.md --lang en --replaces "$apart"
expect 0 export all "$id"
at reader
expect 0 import all
expect 0 read "$uz"
says '              REPLACED since by the author of that one'
says_not 'WITHDRAWN since'
at home
expect 0 withdraw --yes --offline --json "$apart" --reason 'All of it'
expect 0 export all "$(json id)"
at reader
expect 0 import all
expect 0 read "$uz"
says '              WITHDRAWN since by the author of that one'
expect 0 verify --json "$uz"
has original.withdrawn true
has original.replaced true
expect 0 verify --json "$apart"
has original null

# What is not here, and what is named wrongly.
P2PUB_HOME=$scratch/home
unknown=$(printf '%064d' 7)
publish apart.ky.md --lang ky --title 'Of nothing that is here' \
    --translates "$unknown"
expect 0 read "$id"
says ', which is not here'
expect 2 publish --offline --yes apart.ky.md --translates zebra
complains 'is no ID'
identity=$(sed -n 's/^previous //p' folder/header.txt)
expect 2 publish --offline --yes apart.ky.md --title Another \
    --translates "$identity"
complains '--translates names what is no statement'
expect 4 publish --offline --yes apart.ky.md --translates 0123456789abcdef

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
