import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from domain.errors import InvalidRecord, NotFound, ZainduError
from domain.meters import Commodity
from domain.targets import Standing, StandingWord, Target
from storage.records import SqlRecords, open_records

NOW = datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
TARGET = Target(
    id="t1",
    building_id="jules-ferry",
    commodity=Commodity.ELECTRICITY,
    reduction=0.1,
    first_day=date(2026, 2, 1),
    last_day=date(2026, 2, 28),
    note="Éteindre — partout",
    author="maite",
    changed_at=NOW,
)


def refused(act: object, *arguments: object) -> dict[str, str]:
    with pytest.raises(InvalidRecord) as caught:
        act(*arguments)  # type: ignore[operator]
    return dict(caught.value.fields)


def test_a_target_comes_back_exactly(records: SqlRecords) -> None:
    records.targets.add(TARGET)
    assert records.targets.get("t1") == TARGET
    assert records.targets.all() == (TARGET,)
    assert records.targets.all("elsewhere") == ()


def test_a_target_without_a_date_of_change_gets_one(records: SqlRecords) -> None:
    records.targets.add(replace(TARGET, changed_at=None))
    changed_at = records.targets.get("t1").changed_at
    assert changed_at is not None
    assert datetime.now(UTC) - changed_at < timedelta(minutes=1)


def test_every_version_of_a_target_stays(records: SqlRecords) -> None:
    edited = replace(TARGET, version=2, reduction=0.2, author="jon")
    records.targets.add(TARGET)
    records.targets.edit(edited)
    records.targets.end("t1", "admin", NOW)
    records.targets.end("t1", "somebody else, later", NOW + timedelta(days=1))
    ended = replace(edited, version=3, ended_at=NOW, author="admin", changed_at=NOW)
    assert records.targets.history("t1") == (TARGET, edited, ended)
    assert records.targets.get("t1") == ended
    assert records.targets.all("jules-ferry") == (ended,)


def test_an_edit_of_a_version_somebody_has_changed_meanwhile_is_refused(
    records: SqlRecords,
) -> None:
    records.targets.add(TARGET)
    records.targets.edit(replace(TARGET, version=2))
    conflict = {"version": "target.version_conflict"}
    assert refused(records.targets.edit, replace(TARGET, version=2)) == conflict
    assert refused(records.targets.edit, replace(TARGET, version=4)) == conflict
    assert refused(records.targets.add, TARGET) == {"id": "target.id_taken"}


def test_an_ended_target_cannot_be_edited(records: SqlRecords) -> None:
    records.targets.add(TARGET)
    records.targets.end("t1", "admin", NOW)
    assert refused(records.targets.edit, replace(TARGET, version=3)) == {"ended_at": "target.ended"}


def test_two_targets_on_the_same_days_are_refused_unless_one_has_ended(
    records: SqlRecords,
) -> None:
    records.targets.add(TARGET)
    second = replace(TARGET, id="t2", first_day=TARGET.last_day, last_day=date(2026, 3, 31))
    assert refused(records.targets.add, second) == {"first_day": "target.overlaps"}
    records.targets.add(replace(second, id="water", commodity=Commodity.WATER))
    records.targets.add(replace(second, id="elsewhere", building_id="mairie"))
    records.targets.add(replace(second, id="march", first_day=date(2026, 3, 1)))
    records.targets.end("t1", "admin", NOW)
    records.targets.add(replace(TARGET, id="t3"))
    assert [t.id for t in records.targets.all("jules-ferry")] == ["march", "water", "t1", "t3"]


def test_an_edit_may_not_grow_into_another_target(records: SqlRecords) -> None:
    records.targets.add(TARGET)
    march = replace(TARGET, id="t2", first_day=date(2026, 3, 1), last_day=date(2026, 3, 31))
    records.targets.add(march)
    longer = replace(TARGET, version=2, last_day=date(2026, 3, 1))
    assert refused(records.targets.edit, longer) == {"first_day": "target.overlaps"}
    records.targets.edit(replace(TARGET, version=2, last_day=date(2026, 2, 20)))


@pytest.mark.parametrize("reduction", [0.0, 1.0, -0.1, float("nan")])
def test_a_reduction_that_means_nothing_is_refused(records: SqlRecords, reduction: float) -> None:
    findings = refused(records.targets.add, replace(TARGET, reduction=reduction))
    assert findings == {"reduction": "target.reduction_out_of_range"}


def test_days_that_run_backwards_are_refused(records: SqlRecords) -> None:
    backwards = replace(TARGET, last_day=date(2026, 1, 31))
    assert refused(records.targets.add, backwards) == {"last_day": "target.days_reversed"}


def at_once(*acts: Callable[[], None]) -> list[str]:
    """Start acts together; tell how each ended."""
    outcomes: list[str] = []
    together = threading.Barrier(len(acts))

    def run(act: Callable[[], None]) -> None:
        together.wait()
        try:
            act()
            outcomes.append("kept")
        except ZainduError as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_of_two_managers_who_add_at_once_one_is_refused(
    records: SqlRecords, records_url: str
) -> None:
    elsewhere = open_records(records_url)
    for n in range(10):
        one = replace(TARGET, id=f"one-{n}", building_id=f"b{n}")
        other = replace(TARGET, id=f"other-{n}", building_id=f"b{n}")
        outcomes = at_once(partial(records.targets.add, one), partial(elsewhere.targets.add, other))
        assert outcomes == ["InvalidRecord", "kept"]
    elsewhere.close()


def test_two_processes_may_change_targets_at_once(records: SqlRecords, records_url: str) -> None:
    elsewhere = open_records(records_url)

    def add(to: SqlRecords, name: str) -> None:
        for n in range(30):
            to.targets.add(replace(TARGET, id=f"{name}{n}", building_id=f"{name}{n}"))

    assert at_once(partial(add, records, "a"), partial(add, elsewhere, "b")) == ["kept", "kept"]
    assert len(records.targets.all()) == 60
    elsewhere.close()


def test_an_unknown_target_is_not_found(records: SqlRecords) -> None:
    for ask in (
        lambda: records.targets.get("t9"),
        lambda: records.targets.end("t9", "admin", NOW),
        lambda: records.targets.edit(replace(TARGET, id="t9", version=2)),
    ):
        with pytest.raises(NotFound):
            ask()
    assert records.targets.history("t9") == ()
    assert records.targets.standing("t9") is None


def test_the_newest_standing_is_kept(records: SqlRecords) -> None:
    waiting = Standing(
        target_id="t1",
        made_at=NOW,
        word=StandingWord.WAITING,
        used_kwh=None,
        allowed_kwh=None,
        deviation=None,
        dead_band=None,
        coverage=0.0,
        elapsed=0.1,
    )
    kept = replace(waiting, word=StandingWord.KEPT, used_kwh=90.5, allowed_kwh=95.0, deviation=-0.1)
    records.targets.keep_standing(waiting)
    assert records.targets.standing("t1") == waiting
    records.targets.keep_standing(kept)
    assert records.targets.standing("t1") == kept
