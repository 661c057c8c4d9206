"""What hearing finds again of labels that were hidden from it: style prompts, neighbours, order by energy.

Each is asked of music as a library without tags would hold it. Nobody listened to say what is right: a label
is the package that a piece came in, or the genre that its maker wrote into it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from bench.figures import Figure
from bench.listen.games import PACKAGES, Piece, pieces
from bench.progress import Say
from proxy.arrays import Doubles, Floats, Mask
from proxy.errors import SoundError
from proxy.playlists.energy import energy_of, percentiles
from proxy.refresh.crew import cores, outcomes
from proxy.sound import hear, loudness, styles

FIRST = 8
NEIGHBOURS = 5
MUSIC = Path(".bench-music")


class Question(Struct, frozen=True):
    """A prompt, as tags that the networks know, and the label whose pieces should answer it."""

    tags: tuple[str, ...]
    label: str


# Written down before anything was heard.
QUESTIONS = (
    Question(("metal", "heavy metal"), "marsshooter-data"),
    Question(("metal",), "Female Fronted Metal"),
    Question(("strings", "violin", "classical", "cello"), "wesnoth-1.16-music"),
    Question(("classical",), "Romantic Classical"),
    Question(("ambient", "electronic"), "singularity-music"),
)


class Known(Struct, frozen=True):
    """Rows of all pieces that could be heard; `style` and `energy` (with loudness) are percentiles."""

    pieces: list[Piece]
    logits: Floats
    msd: Floats
    mtt: Floats
    style: Floats
    energy: Floats


def measure(folder: Path, say: Say) -> list[Figure]:
    """`folder` is not used: the music is kept, as it takes long to fetch."""
    known = heard(pieces(MUSIC, say), say)
    return [*_prompts(known), *_neighbours(known), *_energies(known)]


def heard(found: Sequence[Piece], say: Say) -> Known:
    networks = hear.load()

    def listen(piece: Piece) -> tuple[hear.Heard | None, float | None]:
        sound = hear.hear(piece.file, duration=piece.seconds, networks=networks)
        return sound, loudness.measure(piece.file, duration=piece.seconds).lufs

    kept: list[tuple[Piece, hear.Heard, float | None]] = []
    step = max(len(found) // 10, 1)
    for batch in outcomes(iter(found), listen, workers=cores()):
        for piece, outcome in batch:
            if not isinstance(outcome, SoundError) and (sound := outcome[0]) is not None:
                kept.append((piece, sound, outcome[1]))
            if len(kept) % step == 0:
                say(f"heard {len(kept)} of {len(found)}")
    return _known(sorted(kept, key=lambda row: str(row[0].file)))


def _known(rows: Sequence[tuple[Piece, hear.Heard, float | None]]) -> Known:
    sounds = [sound for _, sound, _ in rows]
    logits = styles.joined(np.stack([s.msd for s in sounds]), np.stack([s.mtt for s in sounds]))
    lufs = np.array([np.nan if level is None else level for _, _, level in rows], dtype=np.float32)
    style, nothing = styles.energy(styles.standing(logits)), np.full(len(rows), np.nan, dtype=np.float32)
    return Known(
        pieces=[piece for piece, _, _ in rows],
        logits=logits,
        msd=np.stack([s.embedding for s in sounds]),
        mtt=np.stack([s.embedding_mtt for s in sounds]),
        style=percentiles(style),
        energy=energy_of(lufs, nothing, style, np.zeros(len(rows), dtype=np.float32)).values,
    )


def _prompts(known: Known) -> list[Figure]:
    return [figure for question in QUESTIONS for figure in _prompt(known, question)]


def _prompt(known: Known, question: Question) -> list[Figure]:
    right = np.array([question.label in (piece.package, piece.genre) for piece in known.pieces])
    heard_as = [styles.heard_as(tag, known.logits.T).standing for tag in question.tags]
    answers = np.mean(heard_as, axis=0)
    first = np.argsort(-answers, kind="stable")[:FIRST]
    asked = f"“{', '.join(question.tags)}”"
    share = f"{right.sum()} of {len(right)} pieces have the label"
    return [
        Figure(
            name=f"{asked}: P@{FIRST} {question.label}",
            measured=float(right[first].mean()),
            unit="",
            note=share,
        ),
        Figure(name=f"{asked}: AUC", measured=auc(answers, right), unit=""),
    ]


def auc(scores: Doubles, right: Mask) -> float:
    """How often one of `right` scores higher than one of the others; equals count half."""
    ours, others = scores[right][:, None], scores[~right][None, :]
    return float(((ours > others) + 0.5 * (ours == others)).mean())


def _neighbours(known: Known) -> list[Figure]:
    packages = np.array([piece.package for piece in known.pieces])
    sizes = Counter(packages.tolist())
    chance = float(np.mean([(sizes[name] - 1) / (len(packages) - 1) for name in packages]))
    both = np.hstack([unit(known.msd), unit(known.mtt)])
    kinds = {"MSD": known.msd, "MTT": known.mtt, "MSD + MTT": both}
    return [
        Figure(
            name=f"neighbours by {name}: P@{NEIGHBOURS}, same package",
            measured=same(rows, packages),
            unit="",
            note=f"by chance {chance:.2f}",
        )
        for name, rows in kinds.items()
    ]


def same(rows: Floats, packages: npt.NDArray[np.str_]) -> float:
    """By the cosine of what is left when the library's mean is taken away."""
    alike = unit(rows) @ unit(rows).T
    np.fill_diagonal(alike, -np.inf)
    nearest = np.argsort(-alike, axis=1, kind="stable")[:, :NEIGHBOURS]
    return float((packages[nearest] == packages[:, None]).mean())


def unit(rows: Floats) -> Floats:
    centred = rows - rows.mean(axis=0)
    found: Floats = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    return found


def _energies(known: Known) -> list[Figure]:
    """The packages from the wildest to the calmest."""
    style = _mean_by_package(known, known.style)
    ordered = sorted(_mean_by_package(known, known.energy).items(), key=lambda pair: -pair[1])
    return [
        Figure(
            name=f"energy of {name}, mean percentile",
            measured=value,
            unit="",
            note=f"by style alone {style[name]:.2f}",
        )
        for name, value in ordered
    ]


def _mean_by_package(known: Known, values: Floats) -> dict[str, float]:
    packages = np.array([piece.package for piece in known.pieces])
    return {name: float(values[packages == name].mean()) for name in PACKAGES if name in packages}
