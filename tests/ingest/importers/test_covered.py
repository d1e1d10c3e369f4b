"""Intervals that come again are noticed, in whatever order and pieces they are read."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.imports import ImportWish
from domain.sites import Portfolio
from ingest.importers.covered import Covered
from ingest.importers.examination import Examiner
from settings.model import IngestSettings
from storage.embedded import EmbeddedStore

spans = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 3)), max_size=12)


@given(spans, st.integers(1, 4))
def test_time_told_twice_is_noticed_and_no_other(told: list[tuple[int, int]], run: int) -> None:
    covered = Covered()
    for first in range(0, len(told), run):
        piece = np.array(told[first : first + run], dtype=np.int64)
        covered.add(piece[:, 0], piece[:, 0] + piece[:, 1])
    hours = [hour for start, length in told for hour in range(start, start + length)]
    assert covered.comes_again == (len(hours) != len(set(hours)))


@pytest.mark.parametrize(("again", "remarks"), [(False, 0), (True, 1)])
def test_a_delivery_that_overlaps_another_is_told_beside_its_sums(
    tmp_path: Path, again: bool, remarks: int
) -> None:
    rows = [
        f"{prm};2026-01-20;2026-01-21;PA;CONS;BRUT;W;2026-01-20 {hour:02}:30:00;600;B;PT30M;0;"
        for prm in ("09000000000001",)
        for hour in (*range(5), *((4,) if again else ()))
    ]
    header = (
        "Identifiant PRM;Date de début;Date de fin;Grandeur physique;Grandeur métier;Etape métier;"
        "Unité;Horodate;Valeur;Nature;Pas;Indice de vraisemblance;Etat complémentaire"
    )
    path = tmp_path / "r63.csv"
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    store = EmbeddedStore(tmp_path / "readings.sqlite")
    store.prepare()
    found = Examiner(Portfolio(), store, IngestSettings()).examine(path, ImportWish()).found
    assert sum("come again" in remark for remark in found.remarks) == remarks
