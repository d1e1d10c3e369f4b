"""School holidays of mainland France, by zone.

Source: arrêtés of 7 December 2022 (2023-2026), of the following calendars
(2026-2028), Ministère de l'Éducation nationale, published as the open data set
`fr-en-calendrier-scolaire`; copied 2026-11. Days are those without class, both
ends included: the data set's stamps are the evening before the first and the
morning of return.

A date after the last one below is taken for a school day: extend the table
when a new calendar is published.
"""

from datetime import date
from functools import cache
from typing import Literal

SchoolZone = Literal["A", "B", "C"]

_ALL = "ABC"

_HOLIDAYS: tuple[tuple[str, str, str], ...] = (
    (_ALL, "2023-07-08", "2023-09-03"),
    (_ALL, "2023-10-21", "2023-11-05"),
    (_ALL, "2023-12-23", "2024-01-07"),
    ("A", "2024-02-17", "2024-03-03"),
    ("B", "2024-02-24", "2024-03-10"),
    ("C", "2024-02-10", "2024-02-25"),
    ("A", "2024-04-13", "2024-04-28"),
    ("B", "2024-04-20", "2024-05-05"),
    ("C", "2024-04-06", "2024-04-21"),
    (_ALL, "2024-07-06", "2024-09-01"),
    (_ALL, "2024-10-19", "2024-11-03"),
    (_ALL, "2024-12-21", "2025-01-05"),
    ("A", "2025-02-22", "2025-03-09"),
    ("B", "2025-02-08", "2025-02-23"),
    ("C", "2025-02-15", "2025-03-02"),
    ("A", "2025-04-19", "2025-05-04"),
    ("B", "2025-04-05", "2025-04-21"),
    ("C", "2025-04-12", "2025-04-27"),
    (_ALL, "2025-07-05", "2025-08-31"),
    (_ALL, "2025-10-18", "2025-11-02"),
    (_ALL, "2025-12-20", "2026-01-04"),
    ("A", "2026-02-07", "2026-02-22"),
    ("B", "2026-02-14", "2026-03-01"),
    ("C", "2026-02-21", "2026-03-08"),
    ("A", "2026-04-04", "2026-04-19"),
    ("B", "2026-04-11", "2026-04-26"),
    ("C", "2026-04-18", "2026-05-03"),
    (_ALL, "2026-07-04", "2026-08-31"),
    (_ALL, "2026-10-17", "2026-11-01"),
    (_ALL, "2026-12-19", "2027-01-03"),
    ("A", "2027-02-13", "2027-02-28"),
    ("B", "2027-02-20", "2027-03-07"),
    ("C", "2027-02-06", "2027-02-21"),
    ("A", "2027-04-10", "2027-04-25"),
    ("B", "2027-04-17", "2027-05-02"),
    ("C", "2027-04-03", "2027-04-18"),
    (_ALL, "2027-05-06", "2027-05-08"),
    (_ALL, "2027-07-03", "2027-08-31"),
    (_ALL, "2027-10-23", "2027-11-07"),
    (_ALL, "2027-12-18", "2028-01-02"),
    ("A", "2028-02-19", "2028-03-05"),
    ("B", "2028-02-05", "2028-02-20"),
    ("C", "2028-02-12", "2028-02-27"),
    ("A", "2028-04-22", "2028-05-08"),
    ("B", "2028-04-08", "2028-04-23"),
    ("C", "2028-04-15", "2028-05-01"),
    (_ALL, "2028-05-26", "2028-05-27"),
    (_ALL, "2028-07-04", "2028-08-31"),
)


def is_school_holiday(day: date, zone: str) -> bool:
    """Tell whether schools of a zone have holidays on a day.

    >>> is_school_holiday(date(2026, 2, 10), "A"), is_school_holiday(date(2026, 2, 10), "B")
    (True, False)
    """
    return any(first <= day <= last for first, last in _of(zone))


@cache
def _of(zone: str) -> tuple[tuple[date, date], ...]:
    return tuple(
        (date.fromisoformat(first), date.fromisoformat(last))
        for zones, first, last in _HOLIDAYS
        if zone in zones
    )
