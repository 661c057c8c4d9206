"""How much energy the music has, and how it goes through a list."""

from __future__ import annotations

import re

from proxy.playlists.prompt.grammar import START, amount, closes, either, opens, rule
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
_START = rf"(?:start(?:s|ing)?|begin(?:s|ning)?|open(?:s|ing)?) (?:\w+ )?{_CALM}"
_THEN = r"(?:,? (?:and|then|und|dann|et|puis|y|luego))*,? "
_GETS = r"(?:(?:(?:es )?wird|werdend|soll) (?:immer )?|immer )"
_ENDING = "(?:e[rnms]?)?"  # of a German adjective

# Said in so many words, these mean a curve wherever they stand; the more particular first.
_CURVES = (
    ("peak", rf"{_START}{_THEN}(?:peak|climax)(?:s|ing)?{_MIDDLE}?"),
    ("peak", rf"(?:with )?(?:(?:a|the) )?(?:peak|climax)(?:s|ing)?(?: energy)?{_MIDDLE}"),
    ("peak", rf"(?:mit )?(?:dem )?höhepunkt{_MIDDLE}|(?:avec )?(?:un )?pic{_MIDDLE}"),
    (
        "peak",
        rf"(?:con )?(?:el |un )?(?:clímax|pico){_MIDDLE}|(?:rise|rises|rising) and (?:fall|falls|falling)",
    ),
    ("peak", r"build(?:s|ing)?[ -]up(?: and|,)?(?: then)? (?:wind|cool)(?:s|ing)? down"),
    ("waves", r"ups and downs|highs and lows|in waves|in wellen|wellenförmig" + _ENDING),
    ("waves", r"(?:mit )?auf und ab|(?:en|par) vagues|des hauts et des bas|en olas|(?:con )?altibajos"),
    (
        "build",
        rf"{_START}{_THEN}(?:end|finish|get|build|go)(?:s|ing)?(?: up)?(?: (?:to|in|with))?(?: {_LOUD})?",
    ),
    ("build", rf"from {_CALM} to {_LOUD}|von {_CALM} (?:bis|zu|nach) {_LOUD}|de {_CALM} (?:à|a) {_LOUD}"),
    ("build", r"(?:slowly |gradually )?build(?:s|ing)?[ -]up(?: slowly| gradually)?|build(?:s|ing)? energy"),
    ("build", r"ramp(?:s|ing)?[ -]up|(?:in|en) crescendo|gets? (?:faster|louder|wilder|stronger)"),
    ("build", rf"{_GETS}(?:schneller|lauter|wilder|energischer)|in steigerung"),
    ("build", rf"(?:(?:sich|langsam|allmählich) )*steigernd{_ENDING}"),
    ("build", r"mont(?:ée|e|er) en puissance|de plus en plus (?:vite|rapide|fort|intense|énergique)s?"),
    ("build", r"cada vez más (?:rápid[oa]|fuerte|intens[oa]|movid[oa])s?|que vaya subiendo"),
    (
        "wind down",
        r"(?:to )?(?:wind|cool|calm)(?:s|ing)?[ -]down|slowing down|gets? (?:slower|calmer|quieter)",
    ),
    ("wind down", rf"{_GETS}(?:langsamer|ruhiger|leiser)|(?:zum )?runterkommen|(?:zum )?ausklang"),
    ("wind down", rf"ausklingend{_ENDING}|(?:zum )?ausklingen(?: lassen)?|decrescendo|diminuendo"),
    ("wind down", r"de plus en plus (?:lent|calme|doux)e?s?|(?:pour )?redescendre|qui finit en douceur"),
    ("wind down", r"cada vez más (?:lent[oa]|tranquil[oa]|suave)s?|(?:para )?(?:ir )?bajando el ritmo"),
    ("steady", r"(?:steady|constant|even|consistent) (?:energy|pace|tempo|level|mood|flow)"),
    ("steady", rf"gleichmäßig{_ENDING}|gleichbleibend{_ENDING}|(?:énergie|rythme) (?:constante?|régulier)"),
    ("steady", r"(?:energía|ritmo) (?:constante|estable)"),
)
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
    *(rule(rf"(?<!\w){_NOT}(?:{pattern})(?!\w)", Wish(curve=curve)) for curve, pattern in _CURVES),
    rule(rf"(?<![\w-]){either(word for words in _ALONE.values() for word in words)}(?![\w-])", _alone),
)
