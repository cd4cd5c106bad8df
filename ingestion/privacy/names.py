"""Names of people in texts, in any case and in any letters: «Иванова Анна», «ивановой анне», «А. С. ИВАНОВА».

A word is weighed by what the dictionary of forms says of it (a given name, a surname, a guess from its ending), by its
capital letter where capitals mean something, and by its neighbours. Rules work on all words of all texts at once.
"""

from __future__ import annotations

import polars as pl

from ingestion.words import MAX_STUDIED, is_compound, look_up_all, meant, pieces

MARK = "[ИМЯ]"
# Words after which a name is likely, and particles inside of names.
_ANNOUNCES = (
    "специалист|инспектор|консультант|сотрудник|сотрудница|оператор|администратор|менеджер|начальник|начальница|"
    "заведующий|заведующая|директор|руководитель|заместитель|секретарь|гражданин|гражданка|господин|госпожа|девушка|"
    "женщина|мужчина|дама|тетя|дядя|бабушка|дедушка|звать|фамилия|имя|муж|жена|супруг|супруга|сын|дочь|брат|сестра|"
    "отец|мать|тренер|преподаватель|психолог|юрист|адвокат|врач|доктор|профессор|водитель|охранник|президент|премьер|"
    "министр|глава|председатель|депутат|сенатор|губернатор|мэр|академик|режиссер|актер|актриса|певец|певица|писатель|"
    "журналист|журналистка|генерал|полковник|майор|капитан|лейтенант|король|королева|принц|принцесса|князь|царь|"
    "император|папа|патриарх|епископ|судья|следователь|прокурор|лидер|спикер|советник|эксперт|аналитик|ученый|автор|"
    "предприниматель|бизнесмен|коллега|замминистра|гендиректор|хоккеист|футболист|теннисист|спортсмен|чемпион|"
    "экономист|фотограф|основатель|исследователь|защитник"
)
_PARTICLES = "ибн|фон|ван|де|да|дер|бин|бен|аль|эль|ла|ле|оглы|кызы|дель|ди"
_STREETS = "ул|улица|проспект|пр|переулок|пер|площадь|пл|бульвар|шоссе|набережная|тракт|проезд|микрорайон|мкр"
_SURNAME_ENDINGS = (
    r"(?:(?:[оеё]в|[иы]н)(?:[ауы]|ой|ым|е|ых)?|(?:ск|цк)(?:ий|ая|ой|ого|ому|им|ую|их)|енко|[юу]к|ян[ау]?|яном|дзе|"
    r"швили|ич(?:[ауе]|ем)?|[иы]х)$"
)
# Shares of the readings of a word (0…1), tuned on texts that are in no test: see the decisions.
_CERTAIN, _SURE, _LIKELY, _POSSIBLE, _FAINT = 0.9, 0.8, 0.4, 0.3, 0.03
_IS_PATRONYMIC, _SHORTEST_PATRONYMIC = 0.5, 6  # «-ич» alone is the end of many surnames and common words
_IS_VERB = _IS_TOPONYM = _IS_RUSSIAN = 0.5
_ROUNDS = 3  # a name makes its neighbour one: enough for the words of a long name


def redact_names(texts: pl.Series) -> pl.Series:
    """Replace names of people by :data:`MARK`, one for the words of a name that stand together.

    Args:
        texts: free texts; null stays null.
    """
    cut = pieces(texts).with_row_index("at")
    names = _names(cut)
    if names.is_empty():
        return texts.cast(pl.String)
    cut = cut.join(names, on="at", how="left", maintain_order="left").with_columns(
        pl.col("is_name").fill_null(value=False)
    )
    is_gap = ~pl.col("is_word")
    # what stands between two words of one name goes with them, and so does the dot of an initial
    within = is_gap & _before("is_name") & _after("is_name") & pl.col("piece").str.contains(r"^[\s.\u00a0-]{1,3}$")
    cut = cut.with_columns(hidden=_yes(pl.col("is_name") | within), is_dotted=_yes(is_gap & _before("is_initial")))
    shown = (
        pl.when(pl.col("hidden") & _yes(_before("hidden")))
        .then(pl.lit(""))
        .when("hidden")
        .then(pl.lit(MARK))
        .when("is_dotted")
        .then(pl.col("piece").str.strip_prefix("."))
        .otherwise("piece")
    )
    touched = cut.filter(pl.col("hidden").any().over("row")).with_columns(shown=shown)
    joined = touched.group_by("row", maintain_order=True).agg(pl.col("shown").str.join(""))
    return texts.cast(pl.String).scatter(joined["row"], joined["shown"])


def _before(column: str, steps: int = 1) -> pl.Expr:
    """A column of the neighbour before, in the same text."""
    return pl.when(pl.col("row") == pl.col("row").shift(steps)).then(pl.col(column).shift(steps))


def _after(column: str, steps: int = 1) -> pl.Expr:
    return _before(column, -steps)


def _yes(condition: pl.Expr) -> pl.Expr:
    return condition.fill_null(value=False)


def _beside(column: str) -> pl.Expr:
    """Whether a neighbour on either side, with no more than a space between, has a property."""
    return _yes(_before(column) & pl.col("is_close")) | _yes(_after(column) & _after("is_close"))


def _more(words: pl.DataFrame, *conditions: pl.Expr) -> pl.DataFrame:
    """Words of any of the conditions become names."""
    return words.with_columns(is_name=pl.any_horizontal("is_name", *(_yes(condition) for condition in conditions)))


def _names(cut: pl.DataFrame) -> pl.DataFrame:
    """``at, is_name, is_initial`` of the pieces that are words of names."""
    words = _by_neighbours(_by_couples(_by_themselves(_words(cut))))
    words = _seen_elsewhere(words)
    for _ in range(_ROUNDS - 1):
        words = _by_neighbours(words)
    return (
        _initials(_off_streets(_in_latin(words)))
        .filter("is_name")
        .select("at", "is_name", is_initial=pl.col("size") == 1)
    )


def _words(cut: pl.DataFrame) -> pl.DataFrame:
    """Words with what is known of them, of their letters and of their place."""
    piece, size, gap = pl.col("piece"), pl.col("size"), pl.col("gap")
    words = cut.with_columns(gap=_before("piece"), next_gap=_after("piece")).filter("is_word")
    words = words.with_columns(
        word=piece.str.to_lowercase(),
        size=piece.str.len_chars().cast(pl.Int64),
        is_upper=piece.str.contains(r"^\p{Lu}{2,}$"),
        has_capital=piece.str.contains(r"^\p{Lu}"),
        is_latin=piece.str.contains(r"^\p{Latin}"),
    )
    words = words.join(_known(words["word"]), on="word", how="left", maintain_order="left")
    words = words.with_columns(may_be_initial=(size == 1) & _yes(pl.col("next_gap").str.starts_with(".")))
    # most texts hold no word that could be a part of a name: they need no more looking at
    seed = pl.col("may_name") | (pl.col("may_be_initial") & pl.col("has_capital"))
    words = words.filter(seed.any().over("row"))
    is_shouted = (pl.col("is_upper") | (pl.col("has_capital") & (size == 1))).mean().over("row") > 0.5
    return words.with_columns(
        person=pl.col("given") + pl.col("surname") + pl.when("is_known").then("patronymic").otherwise(0.0),
        is_capital=pl.col("has_capital") & ~pl.col("is_upper") & ~is_shouted,
        is_start=gap.is_null() | gap.str.contains(r"[.!?…\n:«\"“]|^\s*[-–—]\s*$"),
        is_close=_yes(gap.str.contains(r"^[ \u00a0-]$")),
        is_quoted=_yes(gap.str.contains(r"[«\"“]$")),
        is_toponym=pl.col("toponym") >= _IS_TOPONYM,
        is_verb=pl.col("verb") > _IS_VERB,
        is_foreign=pl.col("is_known").mean().over("row") < _IS_RUSSIAN,
        is_unknown=~pl.col("is_known") & (size >= 2) & ~pl.col("is_latin"),
        is_like_surname=pl.col("word").str.contains(_SURNAME_ENDINGS) & (size >= 5) & ~pl.col("is_latin"),
    )


def _known(words: pl.Series) -> pl.DataFrame:
    """What is known of each distinct word, with ``is_strange`` and ``announces``.

    A word is strange that is not known, nor mistyped, nor made of known ones.

    Of a hostile heap of unknown words only the first are compared with known ones: the others are strange.
    """
    known = look_up_all(words)
    unknown = known.filter(~pl.col("is_known"))["word"].sort()
    strange = [word for word in unknown.head(MAX_STUDIED).to_list() if meant(word) is None and not is_compound(word)]
    strange += unknown.slice(MAX_STUDIED).to_list()
    return known.with_columns(
        is_strange=pl.col("word").is_in(strange),
        may_name=(pl.sum_horizontal("given", "surname", "patronymic") > _FAINT) | ~pl.col("is_known"),
        is_street=pl.col("lemma").str.contains(rf"^(?:{_STREETS})$"),
        announces=pl.col("lemma").str.contains(rf"^(?:{_ANNOUNCES})$"),
    )


def _by_themselves(words: pl.DataFrame) -> pl.DataFrame:
    """Words that are names whatever stands beside them."""
    person, capital, size = pl.col("person"), pl.col("is_capital"), pl.col("size")
    strange = pl.col("is_unknown") & pl.col("is_strange")
    tells = _yes(_before("is_verb") & pl.col("is_close")) | _yes(_after("is_verb") & _after("is_close"))
    words = words.with_columns(
        is_name=pl.lit(value=False),
        is_proper=capital & pl.col("is_unknown") & ~pl.col("is_quoted"),
        is_alien=~capital & strange & ~pl.col("is_foreign") & ~pl.col("word").str.ends_with("ся"),
    )
    return _more(
        words,
        capital & ((person >= _CERTAIN) | ((person >= _LIKELY) & ~pl.col("is_start"))),
        capital & (pl.col("given") >= _LIKELY) & pl.col("next_gap").str.starts_with(","),  # «Лена, спасибо»
        ~capital & (size > 2) & (person >= _SURE),
        (pl.col("patronymic") > _IS_PATRONYMIC) & (size >= _SHORTEST_PATRONYMIC),
        pl.col("is_proper") & pl.col("is_like_surname") & ~pl.col("is_start"),
        pl.col("is_proper") & tells & (pl.col("is_strange") | ~pl.col("is_start")),  # «Лофнер заявил»
        pl.col("is_proper") & _beside("is_proper"),
        pl.col("is_alien") & (size >= 5) & ((pl.col("guessed") >= _POSSIBLE) | tells),
        pl.col("is_alien") & _beside("is_alien"),
        ~capital & (size > 2) & (person >= _LIKELY) & tells & (pl.col("surname") >= _LIKELY),
    )


def _by_couples(words: pl.DataFrame) -> pl.DataFrame:
    """A word that may be a given name beside one that may be a surname: both are names, «роман коноплев»."""
    words = words.with_columns(
        may_be_given=pl.col("given") > _FAINT,
        may_be_surname=(pl.col("surname") > _FAINT) | (pl.col("is_unknown") & pl.col("is_like_surname")),
    )
    couple = (pl.col("may_be_given") & _beside("may_be_surname")) | (pl.col("may_be_surname") & _beside("may_be_given"))
    return _more(words, ~pl.col("is_capital") & (pl.col("size") > 2) & couple)


def _by_neighbours(words: pl.DataFrame) -> pl.DataFrame:
    """Words that are names because of a name, an initial or an announcing word beside them."""
    person, capital, near = pl.col("person"), pl.col("is_capital"), _beside("is_name")
    announced = _yes(_before("announces") & pl.col("is_close"))
    dotted = _yes(_before("may_be_initial") & pl.col("gap").str.contains(r"^\.[ \u00a0]?$") & _before("has_capital"))
    dotted |= _yes(_after("may_be_initial") & _after("is_close") & _after("has_capital"))
    proper = capital & ~pl.col("is_toponym")
    common = (pl.col("adjective") > 0) | pl.col("is_start")
    return _more(
        words,
        proper & near & ((person > 0) | ~pl.col("is_known") | ~common),
        proper & dotted,
        proper & announced & ~pl.col("is_quoted") & (~pl.col("is_known") | (person > 0.1)),
        ~capital & near & (pl.col("size") > 2) & (pl.col("is_unknown") | (person >= _POSSIBLE)),
        ~capital
        & announced
        & (pl.col("size") > 2)
        & ((person >= _POSSIBLE) | (pl.col("is_alien") & (pl.col("guessed") > _POSSIBLE))),
        pl.col("word").str.contains(rf"^(?:{_PARTICLES})$")
        & _before("is_name")
        & pl.col("is_close")
        & _after("is_capital"),
    )


def _seen_elsewhere(words: pl.DataFrame) -> pl.DataFrame:
    """Other forms of what was found to be a name in the same text: «Паулс… Паулса»."""
    stem = pl.col("word").str.slice(0, pl.max_horizontal(3, pl.col("size") - 2))
    words = words.with_columns(stem=stem)
    found = words.filter(pl.col("is_name") & (pl.col("person") < _CERTAIN)).select("row", "stem").unique()
    words = words.join(
        found.with_columns(is_seen=pl.lit(value=True)), on=["row", "stem"], how="left", maintain_order="left"
    )
    may_be = (~pl.col("is_known") | pl.col("is_capital")) & ~pl.col("is_toponym") & ~pl.col("is_quoted")
    return _more(words, pl.col("is_seen") & (pl.col("size") > 3) & may_be)


def _in_latin(words: pl.DataFrame) -> pl.DataFrame:
    """Latin words name things and firms, unless brackets repeat a name with them: «Томас Винье (Thomas Vinje)»."""
    latin = pl.col("is_latin")
    words = words.with_columns(is_name=pl.col("is_name") & ~latin)
    words = _more(words, latin & pl.col("gap").str.contains(r"^\s?\($") & _before("is_name"))
    for _ in range(_ROUNDS):
        words = _more(words, latin & pl.col("is_close") & _before("is_name") & _before("is_latin"))
    return words


def _off_streets(words: pl.DataFrame) -> pl.DataFrame:
    """A street bears a name and is nobody: «на улице Кирова»."""
    on_street = _before("is_street") & pl.col("gap").str.contains(r"^\.?[ \u00a0]?$")
    return words.with_columns(is_name=pl.col("is_name") & ~_yes(on_street))


def _initials(words: pl.DataFrame) -> pl.DataFrame:
    """Initials beside a name, one or two."""
    initial, dot = pl.col("may_be_initial"), pl.col("gap").str.contains(r"^\.[ \u00a0]?$")
    first = initial & (_beside("is_name") | _yes(_after("is_name") & _after("gap").str.contains(r"^\.[ \u00a0]?$")))
    words = _more(words, first)
    second = initial & (
        _yes(_before("is_name") & dot & _before("may_be_initial")) | _yes(_after("is_name") & _after("may_be_initial"))
    )
    return _more(words, second)
