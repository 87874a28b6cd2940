"""API keys, the numbers' secret, and hashes: what is taken, what is refused, and that no key is ever repeated."""

from pathlib import Path

import pytest

from simulator.live.standin.keys import OPEN_KEYS, Holder, Keys, is_loopback, keys_for, read_keys
from simulator.live.standin.numbers import SECRET_IN, Numbers, secret_for
from simulator.scenario.errors import BadInput
from tests.live.standin.servers import SECRET

GOOD = "a" * 16


def written(tmp_path: Path, text: str, mode: int = 0o600) -> Path:
    file = tmp_path / "keys"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


def test_a_file_of_keys_names_role_and_holder(tmp_path: Path) -> None:
    file = written(tmp_path, f"# our keys\nintake exchange {GOOD}\n\n  supervisor ratna {'b' * 20}  # head of shift\n")
    assert read_keys(file) == {GOOD: Holder("intake", "exchange"), "b" * 20: Holder("supervisor", "ratna")}


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "no key"),
        ("intake exchange", "given 2 words"),
        (f"boss ratna {GOOD}", "boss"),
        ("desk floor short-key", "given 9 characters"),
        (f"desk one {GOOD}\ndesk two {GOOD}", ":2: given 16 characters"),
    ],
)
def test_what_is_wrong_with_a_file_of_keys_is_said_without_the_key(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_keys(written(tmp_path, text))
    assert said in str(caught.value)
    assert "short-key" not in str(caught.value)


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(BadInput, match="chmod 600"):
        read_keys(written(tmp_path, f"desk one {GOOD}", mode))


@pytest.mark.parametrize("name", ["nowhere", "."])
def test_a_file_that_can_not_be_read_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="--keys"):
        read_keys(tmp_path / name)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost"])
def test_on_loopback_known_keys_will_do(host: str) -> None:
    assert keys_for(host, None)[0] == OPEN_KEYS


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "example.org", ""])
def test_where_others_can_reach_the_server_own_keys_are_wanted(host: str) -> None:
    assert not is_loopback(host)
    with pytest.raises(BadInput, match="keys of your own"):
        keys_for(host, None)


@pytest.mark.parametrize("given", ["intake-key", "intake-ke", "intake-key ", "", "\udcff", "Intake-key"])
def test_a_key_is_known_only_if_it_is_the_very_key(given: str) -> None:
    assert (Keys(OPEN_KEYS).holder(given) is not None) == (given == "intake-key")


# -- the secret --------------------------------------------------------------------------------------------------------


def test_a_secret_is_made_once_for_its_owner_alone_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SECRET_IN, raising=False)
    file = tmp_path / "calls.sqlite.secret"
    first = secret_for(file)
    assert (len(first), secret_for(file), file.stat().st_mode & 0o777) == (32, first, 0o600)


def test_the_environment_s_secret_is_taken_before_the_file_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SECRET_IN, SECRET.hex())
    assert secret_for(tmp_path / "secret") == SECRET
    assert not (tmp_path / "secret").exists()


@pytest.mark.parametrize("text", ["xyz", "ab" * 31, "zz" * 32])
def test_what_is_no_secret_is_refused_and_not_repeated(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(SECRET_IN, text)
    with pytest.raises(BadInput, match="64 hexadecimal digits") as caught:
        secret_for(None)
    assert text not in str(caught.value)


def test_without_a_file_a_secret_of_the_environment_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SECRET_IN, raising=False)
    with pytest.raises(BadInput, match=SECRET_IN):
        secret_for(None)


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SECRET_IN, raising=False)
    file = tmp_path / "secret"
    secret_for(file)
    file.chmod(0o644)
    with pytest.raises(BadInput, match="chmod 600"):
        secret_for(file)


# -- hashes ------------------------------------------------------------------------------------------------------------


def test_a_number_has_one_hash_under_a_secret_and_another_under_another() -> None:
    one, other = Numbers(SECRET), Numbers(bytes(32))
    assert one.hashed("+999000000001") == one.hashed("+999000000001") != other.hashed("+999000000001")
    assert one.fingerprint != other.fingerprint


@pytest.mark.parametrize("written", ["08123456789", "00628123456789", "628123456789", "8123456789"])
def test_all_writings_of_a_phone_have_one_hash(written: str) -> None:
    assert Numbers(SECRET).hashed(written) == Numbers(SECRET).hashed("+628123456789")


def test_numbers_of_no_phone_are_each_their_own() -> None:
    """Short codes, zeros, and the numbers of the harness, whose country code nobody has."""
    texts = ["112", "0112", "000", "0000", "266696687", "+999000000001", "999000000001", "5550123", "0215550123"]
    assert len({Numbers(SECRET).hashed(text) for text in texts}) == len(texts)


def test_hashes_are_16_digits_of_63_bits_and_differ() -> None:
    hashes = {Numbers(SECRET).hashed(f"+999{number:09d}") for number in range(10_000)}
    assert len(hashes) == 10_000
    assert all(len(each) == 16 and int(each, 16) < 2**63 for each in hashes)
