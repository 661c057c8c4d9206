"""When standing lists are due: periods have no gaps and no overlaps, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.recipes.period import OPENED, period_of, refresh_of
from proxy.recipes.recipe import WEEKDAYS, Refresh

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [UTC, BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kolkata")]

INSTANTS = st.integers(631152000, 2840140800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
REFRESHES = st.builds(
    Refresh, st.sampled_from(["hour", "day", "week", "open"]), st.integers(0, 24 * 60 - 1), st.integers(0, 6)
)


@pytest.mark.parametrize(
    ("text", "refresh"),
    [
        ("daily", Refresh("day", 240)),
        ("daily 04:00", Refresh("day", 240)),
        ("Daily  23:59", Refresh("day", 23 * 60 + 59)),
        ("weekly mon", Refresh("week", 240, 0)),
        ("weekly thursday 6:30", Refresh("week", 390, 3)),
        ("hourly", Refresh("hour")),
        ("on open", Refresh("open")),
    ],
)
def test_what_refresh_may_say(text: str, refresh: Refresh) -> None:
    assert refresh_of(text) == refresh
    assert refresh_of(str(refresh)) == refresh


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "dayly",
            "'dayly' is no time to be made anew. Did you mean daily 04:00? Write one of: daily 04:00, w",
        ),
        ("dayly 5:30", "'dayly 5:30' is no time to be made anew. Did you mean daily 5:30?"),
        ("daily at 05:30", "'daily at 05:30' is no time to be made anew. Did you mean daily 05:30?"),
        ("dayly 25:00", "'dayly 25:00' is no time to be made anew. Did you mean daily 04:00?"),
        ("every day", "'every day' is no time to be made anew. Did you mean daily 04:00?"),
        ("sundays 20:00", "'sundays 20:00' is no time to be made anew. Did you mean weekly sun 20:00?"),
        ("wekly mon", "'wekly mon' is no time to be made anew. Did you mean weekly mon?"),
        ("weekly on sunday", "'weekly on sunday' is no time to be made anew. Did you mean weekly sun?"),
        ("on-open", "'on-open' is no time to be made anew. Did you mean on open?"),
        ("every hour", "'every hour' is no time to be made anew. Did you mean hourly?"),
        ("06:00", "'06:00' is no time to be made anew. Did you mean daily 06:00?"),
        ("never", "'never' is no time to be made anew. Write one of: daily 04:00, weekly mon"),
        ("", "'' is no time to be made anew"),
        ("daily 24:00", "'24:00' is no time of the day. Write it as 04:00."),
        ("daily noon", "'noon' is no time of the day"),
        ("daily 25:00", "'25:00' is no time of the day. Write it as 04:00."),
        ("weekly", "'weekly' is no time to be made anew. Did you mean weekly mon?"),
        ("weekly mondey", "'mondey' is no day of the week. Did you mean mon? Write one of: mon, tue, wed"),
        ("weekly often", "'often' is no day of the week. Write one of: mon, tue, wed"),
        ("weekly mo", "'mo' is no day of the week. Did you mean mon?"),
    ],
)
def test_what_it_may_not_say_is_told(text: str, said: str) -> None:
    with pytest.raises(ValueError, match="is no ") as refused:
        refresh_of(text)
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    ("text", "now", "start", "end", "key"),
    [
        ("daily 04:00", "2026-11-23T03:59", "2026-11-22T04:00", "2026-11-23T04:00", "2026-11-22"),
        ("daily 04:00", "2026-11-23T04:00", "2026-11-23T04:00", "2026-11-24T04:00", "2026-11-23"),
        ("weekly thu", "2026-11-23T12:00", "2026-11-19T04:00", "2026-11-26T04:00", "2026-W47"),
        ("weekly mon", "2027-01-01T12:00", "2026-12-28T04:00", "2027-01-04T04:00", "2026-W53"),
    ],
)
def test_a_list_is_due_at_that_time_of_the_zone(text: str, now: str, start: str, end: str, key: str) -> None:
    here = [datetime.fromisoformat(each).replace(tzinfo=BERLIN) for each in (now, start, end)]
    period = period_of(refresh_of(text), here[0], BERLIN)
    assert (period.start, period.end, period.key) == (here[1], here[2], key)


def test_days_with_23_and_25_hours_are_days() -> None:
    for day, hours in (("2026-03-29", 23), ("2026-10-25", 25), ("2026-03-30", 24)):
        noon = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=BERLIN)
        period = period_of(refresh_of("daily 00:00"), noon, BERLIN)
        assert (period.key, period.end - period.start) == (day, timedelta(hours=hours))


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_a_time_that_the_clocks_skip_or_show_twice_is_due_once(day: str) -> None:
    first = datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=BERLIN).astimezone(UTC)
    keys = [
        period_of(refresh_of("daily 02:30"), first + timedelta(minutes=n), BERLIN).key for n in range(600)
    ]
    assert len(set(keys)) == 2
    assert keys == sorted(keys)


def test_a_list_made_on_opening_stays_for_ten_minutes() -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert period_of(Refresh("open"), now).end == now + OPENED


@given(INSTANTS, REFRESHES.filter(lambda refresh: refresh.every != "open"), st.sampled_from(ZONES))
def test_periods_follow_each_other_without_gap_or_overlap(
    now: datetime, refresh: Refresh, zone: ZoneInfo
) -> None:
    period = period_of(refresh, now, zone)
    assert period.start <= now < period.end
    last = period_of(refresh, period.end - timedelta(microseconds=1), zone)
    following = period_of(refresh, period.end, zone)
    assert (last, following.start) == (period, period.end)
    assert following.key != period.key


@given(INSTANTS, REFRESHES)
def test_the_clock_of_the_machine_will_do(now: datetime, refresh: Refresh) -> None:
    period = period_of(refresh, now)
    assert period.start <= now < period.end


@given(INSTANTS, st.sampled_from(ZONES))
def test_weeks_are_counted_one_by_one(now: datetime, zone: ZoneInfo) -> None:
    refresh = refresh_of("weekly mon")
    period = period_of(refresh, now, zone)
    assert period_of(refresh, period.end, zone).week == period.week + 1
    assert WEEKDAYS[period.day.weekday()] == "mon"
