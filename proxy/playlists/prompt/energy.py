"""How much energy the music has, and how it goes through a list."""

from __future__ import annotations

import re

from proxy.playlists.prompt.grammar import START, closes, either, opens, rule
from proxy.playlists.prompt.numbers import amount
from proxy.playlists.wish import Wish

HIGH, MEDIUM, LOW = 0.85, 0.5, 0.2


def _level(match: re.Match[str]) -> Wish | None:
    """ "7/10", "70%" and "0.7" are one."""
    whole = {"%": 100, None: 1}.get(match["of"], 10)
    level = round(amount(match["n"]) / whole, 2)
    return Wish(energy=level) if 0 < level <= 1 else None


_NOT = r"(?<!no )(?<!not )(?<!nothing )(?<!without )(?<!ohne )(?<!sans )(?<!sin )"
_ENERGY = r"(?:energy|energie|énergie|energía)(?!\w)"
_BEFORE = (
    (HIGH, r"(?:very |really )?high|lots of|full of|hoh?e[rn]?|viel|voller|haute|beaucoup d'|alta|mucha"),
    (MEDIUM, r"medium|moderate|mid|mittlere[rn]?|media"),
    (LOW, r"(?:very |really )?low|little|wenig|niedrige[rn]?|geringe[rn]?|basse|peu d'|baja|poca"),
)
_AFTER = ((HIGH, "haute|alta|élevée"), (MEDIUM, "moyenne|media"), (LOW, "basse|baja|faible"))

LEVEL_RULES = (
    *(rule(rf"(?<![\w-]){_NOT}(?:{words})[ -]?{_ENERGY}", Wish(energy=level)) for level, words in _BEFORE),
    *(rule(rf"\b{_NOT}{_ENERGY} (?:{words})(?!\w)", Wish(energy=level)) for level, words in _AFTER),
    rule(
        rf"\b{_ENERGY}(?: level)?:? ?{START}(?P<n>\d{{1,3}}(?:\.\d{{1,3}})?)"
        r"(?: ?(?P<of>%|(?:/|out of|of|von|sur|de) ?10))?(?![\w%]|[.,]\d)",
        _level,
    ),
)

_CALM = (
    "(?:calm|slow|slowly|quiet|soft|low|gentle|mellow|chill|easy|ruhig|langsam|leise|calme|doux|tranquilo)"
)
_LOUD = (
    "(?:fast|loud|high|hard|strong|energetic|big|wild|schnell|laut|fort|vite|rapide|énergique|rápido|fuerte)"
)
_MIDDLE = (
    r"(?: (?:in|at|around|near|towards?|in der|gegen die|au|a|en|hacia)(?: (?:the|la))?"
    r" (?:middle|cent(?:re|er)|mitte|milieu|mitad|medio)| halfway(?: through)?)"
)
_STARTS = (
    r"(?:start(?:s|ing)?|begin(?:s|ning)?|open(?:s|ing)?|commence[rz]?|empieza|empezar|beginnt) (?:\w+ )?"
)
_START_CALM, _START_LOUD = f"{_STARTS}{_CALM}", f"{_STARTS}{_LOUD}"
_END = r"(?:end(?:s|ing)?|finish(?:es|ing)?|finir|finit|termina|terminar|endet)(?: up)?(?: in| with)?"
_THEN = r"(?:,? (?:and|then|und|dann|et|puis|y|luego))*,? "
_EVER = r"(?:gets?|getting|gradually|slowly|ever|becom(?:es|ing))"
_WIRD = r"(?:(?:(?:es )?wird|werdend|soll) (?:immer )?|immer )"
_E = "(?:e[rnms]?)?"  # the ending of a German adjective
_TOP = r"(?:peak|climax)(?:s|ing)?"

# Said in so many words, these mean a curve wherever they stand; the more particular first.
_CURVES = {
    "peak": (
        rf"{_START_CALM}{_THEN}{_TOP}{_MIDDLE}?",
        rf"(?:with )?(?:(?:a|the) )?{_TOP}(?: energy)?{_MIDDLE}",
        rf"(?:mit )?(?:dem )?höhepunkt{_MIDDLE}|(?:avec )?(?:un )?pic{_MIDDLE}",
        rf"(?:con )?(?:el |un )?(?:clímax|pico){_MIDDLE}",
        r"(?:rise|rises|rising) and (?:fall|falls|falling)",
        r"build(?:s|ing)?[ -]up(?: and|,)?(?: then)? (?:wind|cool)(?:s|ing)? down",
    ),
    "waves": (
        rf"ups and downs|highs and lows|in waves|in wellen|wellenförmig{_E}|(?:mit )?auf und ab",
        r"(?:en|par) vagues|des hauts et des bas|en olas|(?:con )?altibajos",
    ),
    "build": (
        rf"{_START_CALM}{_THEN}(?:{_END}|gets?|goes|go)(?: to)? (?:\w+ )?{_LOUD}",
        rf"{_START_CALM}{_THEN}build(?:s|ing)?(?: up)?|(?:with )?(?:a )?{_TOP} at the end",
        rf"(?:from )?{_CALM} to {_LOUD}|von {_CALM} (?:bis|zu|nach) {_LOUD}|de {_CALM} (?:à|a) {_LOUD}",
        rf"(?:increasing|rising|growing|steigende[rnms]?) {_ENERGY}",
        rf"{_ENERGY} (?:rising|increasing|croissante|creciente)|build(?:s|ing)? energy",
        r"(?:slowly |gradually )?build(?:s|ing)?[ -]up(?: slowly| gradually)?|ramp(?:s|ing)?[ -]up",
        rf"(?:in|en) crescendo|{_EVER} (?:faster|louder|wilder|stronger)",
        rf"{_WIRD}(?:schneller|lauter|wilder|energischer)|(?:(?:sich|langsam|allmählich) )*steigernd{_E}",
        r"mont(?:ée|e|er) en puissance|de plus en plus (?:vite|rapide|fort|intense|énergique)s?",
        r"cada vez más (?:rápid[oa]|fuerte|intens[oa]|movid[oa])s?|que vaya subiendo",
    ),
    "wind down": (
        r"(?:to )?(?:wind|cool|calm)(?:s|ing)?[ -]down|slowing down|decrescendo|diminuendo",
        rf"(?:{_START_LOUD}{_THEN})?{_END} (?:\w+ )?{_CALM}|{_CALM} (?:at the end|am ende)",
        rf"(?:from )?{_LOUD} to {_CALM}|von {_LOUD} (?:bis|zu|nach) {_CALM}|de {_LOUD} (?:à|a) {_CALM}",
        rf"{_EVER} (?:slower|calmer|quieter|softer)|(?:falling|decreasing|sinkende[rnms]?) {_ENERGY}",
        rf"{_WIRD}(?:langsamer|ruhiger|leiser)|(?:zum )?runterkommen|(?:zum )?ausklang",
        rf"ausklingend{_E}|(?:zum )?ausklingen(?: lassen)?",
        r"de plus en plus (?:lent|calme|doux)e?s?|(?:pour )?redescendre|qui finit en douceur",
        r"cada vez más (?:lent[oa]|tranquil[oa]|suave)s?|(?:para )?(?:ir )?bajando el ritmo",
    ),
    "steady": (
        r"(?:steady|constant|even|consistent) (?:energy|pace|tempo|level|mood|flow)",
        rf"gleichmäßig{_E}|gleichbleibend{_E}|(?:énergie|rythme) (?:constante?|régulier)",
        r"(?:energía|ritmo) (?:constante|estable)",
    ),
}
# These are other words too: only as an option by themselves.
_ALONE = {
    "build": ("building", "crescendo", "steigern"),
    "peak": ("peak", "climax"),
    "waves": ("waves", "wellen", "vagues", "olas"),
    "steady": ("steady", "constant", "konstant", "constante", "estable", "régulier"),
}


def _alone(match: re.Match[str]) -> Wish | None:
    if not (opens(match) and closes(match)):
        return None
    return Wish(curve=next(curve for curve, words in _ALONE.items() if match[0].lower() in words))


CURVE_RULES = (
    *(
        rule(
            rf"(?<!\w){_NOT}(?:(?:that|which|die|qui|que) )?(?:{'|'.join(patterns)})(?!\w)", Wish(curve=curve)
        )
        for curve, patterns in _CURVES.items()
    ),
    rule(rf"(?<![\w-]){either(word for words in _ALONE.values() for word in words)}(?![\w-])", _alone),
)
