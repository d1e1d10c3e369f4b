import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy

from domain.accounts import Role, User
from domain.errors import InvalidRecord, NotFound
from storage.records import SqlRecords

PASSWORD = "un mot de passé"
MAITE = User(name="maite", role=Role.MANAGER, building_ids=("jules-ferry",), language="eu")


def test_an_account_comes_back_and_takes_its_password_only(records: SqlRecords) -> None:
    records.users.add(MAITE, PASSWORD)
    assert records.users.get("maite") == MAITE
    assert records.users.all() == (MAITE,)
    assert records.users.authenticate("maite", PASSWORD) == MAITE
    assert records.users.authenticate("maite", PASSWORD + " ") is None
    assert records.users.authenticate("maite", "") is None
    assert records.users.authenticate("nobody", PASSWORD) is None
    assert records.users.authenticate("maite", "x" * 100_000) is None


def test_an_accent_typed_in_two_strokes_is_the_same_password(records: SqlRecords) -> None:
    records.users.add(MAITE, "café au lait")
    assert records.users.authenticate("maite", "cafe\N{COMBINING ACUTE ACCENT} au lait") == MAITE


def test_passwords_and_secrets_are_nowhere_in_the_database(
    records: SqlRecords, records_url: str
) -> None:
    records.users.add(MAITE, PASSWORD)
    secret = records.users.issue_token("maite", "export", None)
    engine = sqlalchemy.create_engine(records_url)
    with engine.connect() as connection:
        kept = repr(connection.exec_driver_sql("SELECT * FROM users").all())
        kept += repr(connection.exec_driver_sql("SELECT * FROM api_tokens").all())
    engine.dispose()
    assert "$argon2id$" in kept
    assert PASSWORD not in kept
    assert secret not in kept
    # The part after "zdu_<id>_": it may hold a "_" of its own.
    assert secret.split("_", 2)[2] not in kept


def test_a_weak_password_or_a_name_that_is_taken_is_refused(records: SqlRecords) -> None:
    with pytest.raises(InvalidRecord) as caught:
        records.users.add(replace(MAITE, name=" "), "9 letters")
    assert caught.value.fields == {
        "password": "user.password_short",
        "name": "user.name_missing",
    }
    records.users.add(MAITE, PASSWORD)
    with pytest.raises(InvalidRecord) as caught:
        records.users.add(MAITE, PASSWORD)
    assert caught.value.fields == {"name": "user.name_taken"}
    with pytest.raises(InvalidRecord):
        records.users.set_password("maite", "short")
    with pytest.raises(InvalidRecord):
        records.users.set_password("maite", "x" * 2000)
    assert records.users.get("maite") == MAITE


def test_a_new_password_ends_the_sessions_of_the_old_one(records: SqlRecords) -> None:
    records.users.add(MAITE, PASSWORD)
    records.users.set_password("maite", "another password")
    assert records.users.authenticate("maite", PASSWORD) is None
    assert records.users.authenticate("maite", "another password") == replace(
        MAITE, session_epoch=1
    )


def test_a_disabled_account_opens_nothing(records: SqlRecords) -> None:
    records.users.add(MAITE, PASSWORD)
    secret = records.users.issue_token("maite", "export", None)
    disabled = replace(MAITE, disabled=True, role=Role.UTILITY, building_ids=())
    records.users.update(disabled)
    assert records.users.get("maite") == disabled
    assert records.users.authenticate("maite", PASSWORD) is None
    assert records.users.by_token(secret) is None


def test_refusing_takes_as_long_for_an_account_that_does_not_exist(
    records: SqlRecords,
) -> None:
    records.users.add(MAITE, PASSWORD)
    records.users.authenticate("nobody", PASSWORD)

    def takes(name: str) -> float:
        start = time.perf_counter()
        records.users.authenticate(name, "a wrong password")
        return time.perf_counter() - start

    # In turns and at their best, so that a busy machine slows both alike.
    pairs = [(takes("nobody"), takes("maite")) for _ in range(8)]
    nobody, maite = (min(spans) for spans in zip(*pairs, strict=True))
    assert 0.5 < nobody / maite < 2.0


def test_a_token_opens_its_account_until_it_is_revoked(records: SqlRecords) -> None:
    records.users.add(MAITE, PASSWORD)
    secret = records.users.issue_token("maite", "export", None)
    other = records.users.issue_token("maite", "other", None)
    assert secret.startswith("zdu_")
    assert secret != other
    assert records.users.by_token(secret) == MAITE
    token, unused = records.users.tokens("maite")
    assert (token.label, token.user_name, token.expires_at) == ("export", "maite", None)
    assert token.last_used_at is not None
    assert unused.last_used_at is None
    assert token.id in secret
    records.users.revoke_token(token.id)
    assert records.users.by_token(secret) is None
    assert records.users.by_token(other) == MAITE
    assert records.users.tokens("nobody") == ()


def test_a_token_that_is_not_quite_right_opens_nothing(records: SqlRecords) -> None:
    records.users.add(MAITE, PASSWORD)
    secret = records.users.issue_token("maite", "export", None)
    for wrong in ("", "zdu_", secret[:-1], secret + "x", secret[4:], "zdu_0_0", "\ud83d"):
        assert records.users.by_token(wrong) is None


def test_an_expired_token_opens_nothing(records: SqlRecords) -> None:
    records.users.add(MAITE, PASSWORD)
    now = datetime.now(UTC)
    late = records.users.issue_token("maite", "old", now - timedelta(seconds=1))
    living = records.users.issue_token("maite", "new", now + timedelta(days=1))
    assert records.users.by_token(late) is None
    assert records.users.by_token(living) == MAITE


def test_an_account_goes_with_its_tokens(records: SqlRecords) -> None:
    records.users.add(MAITE, PASSWORD)
    secret = records.users.issue_token("maite", "export", None)
    records.users.remove("maite")
    assert records.users.get("maite") is None
    assert records.users.tokens() == ()
    assert records.users.by_token(secret) is None


def test_what_is_asked_of_an_unknown_account_is_not_found(records: SqlRecords) -> None:
    for ask in (
        lambda: records.users.update(MAITE),
        lambda: records.users.remove("maite"),
        lambda: records.users.set_password("maite", PASSWORD),
        lambda: records.users.issue_token("maite", "export", None),
        lambda: records.users.revoke_token("0123456789ab"),
    ):
        with pytest.raises(NotFound):
            ask()


@pytest.mark.parametrize("name", ["a\x00b", "half a \ud83d", "'; DROP TABLE users; --"])
def test_whatever_is_typed_as_a_name_is_only_a_name(records: SqlRecords, name: str) -> None:
    assert records.users.authenticate(name, PASSWORD) is None
    records.users.add(replace(MAITE, name=name), PASSWORD)
    assert records.users.authenticate(name, PASSWORD) is not None
    assert records.users.authenticate(name, name) is None
    secret = records.users.issue_token(name, name, None)
    assert records.users.by_token(secret) == records.users.get(name)
    assert records.users.by_token(f"zdu_{name}_") is None
    assert records.snapshots.get(name) is None
    records.users.remove(name)
