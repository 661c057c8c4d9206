"""Numbers of several workers: each counts its own, and any of them tells the sum."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from proxy.counts import Counts, Spans, memory_for

NAMES = [("a", "x"), ("a", "y"), ("b",)]


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(NAMES), st.integers(0, 9)), max_size=30))
def test_any_worker_tells_the_sum_of_what_all_have_counted(
    done: Sequence[tuple[int, tuple[str, ...], int]],
) -> None:
    memory = memory_for(3)
    workers = [Counts(memory, number) for number in range(3)]
    for worker in workers:
        worker.know(NAMES)
    for number, name, amount in done:
        workers[number].add(*name, amount=amount)
    for worker in workers:
        found = {("a", *rest): number for rest, number in worker.under("a")}
        found |= {("b", *rest): number for rest, number in worker.under("b")}
        assert found == {n: sum(amount for _, name, amount in done if name == n) for n in NAMES}


def test_what_was_not_named_is_not_counted() -> None:
    counts = Counts()
    counts.know(NAMES)
    counts.add("c")
    assert dict(counts.under("c")) == {}
    assert sum(counts.row) == 0


def test_a_span_counts_at_the_first_bound_that_it_does_not_exceed() -> None:
    counts = Counts()
    spans = Spans(counts, "s", [0.1, 1.0])
    for seconds in (0.05, 0.1, 0.11, 7):
        spans.add(seconds)
    assert dict(counts.under("s")) == {("0.1",): 2, ("1.0",): 1, ("+Inf",): 1, ("microseconds",): 7_260_000}
