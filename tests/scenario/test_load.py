"""Reading a file: text stays text, assumptions are found, and no input whatever raises anything but BadInput."""

import random
import re
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from simulator.scenario.errors import BadInput, Fault
from simulator.scenario.load import load_scenario
from simulator.scenario.shipped import shipped_scenarios

HERE = Path(__file__).parent
GOOD = (HERE / "good.yaml").read_text(encoding="utf-8")


@pytest.fixture
def at(tmp_path: Path):
    """Loads a text as a file that stands beside the policies of the tests."""
    (tmp_path / "policies").symlink_to(HERE / "policies")

    def load(text: str | bytes):
        path = tmp_path / "s.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return load_scenario(path)

    return load


def assumed(loaded) -> dict[str, tuple[str, str]]:
    return {each.key: (each.value, each.reason) for each in loaded.assumptions}


def test_the_good_file_loads_without_a_warning() -> None:
    loaded = load_scenario(HERE / "good.yaml")
    assert loaded.warnings == ()
    assert (loaded.path, loaded.text) == (HERE / "good.yaml", GOOD)


def test_texts_are_not_taken_for_numbers_flags_or_dates(at) -> None:
    text = GOOD.replace("title: Bontang Siaga 112, launch fortnight", "title: 017").replace(
        "name: first day", "name: off"
    )
    made = at(text.replace("source: Tribun Kaltim 2021-08-27", "source: 2021-08-27")).scenario
    assert (made.title, made.reported[0].name, made.reported[0].source) == ("017", "off", "2021-08-27")


def test_times_of_day_need_no_quotes(at) -> None:
    assert at(GOOD.replace("'21:00'", "21:00")).scenario == load_scenario(HERE / "good.yaml").scenario


def test_a_byte_order_mark_and_other_line_ends_change_nothing(at) -> None:
    loaded = at(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert loaded.scenario == load_scenario(HERE / "good.yaml").scenario
    assert [each.line for each in loaded.assumptions] == [10, 22]


def test_marks_behind_a_value_and_above_a_key_are_found_with_their_lines() -> None:
    loaded = load_scenario(HERE / "good.yaml")
    lines = GOOD.splitlines()
    assert [(each.key, each.line) for each in loaded.assumptions] == [
        ("callers.residents.volume", 10),
        ("callers.curious.talk", 22),
    ]
    assert all("assumed" in lines[9] and "talk" in lines[21] for _ in loaded.assumptions)
    assert assumed(loaded)["callers.residents.volume"] == ("6 / d", "no genuine count was reported")


MARKS = [
    ("title: Bontang Siaga 112, launch fortnight", "title: 'a # assumed: b'", {}),
    ("title: Bontang Siaga 112, launch fortnight", "title: a#assumed b", {}),
    ("title: Bontang Siaga 112, launch fortnight", "title: |\n  a\n  # assumed: b", {}),
    ("trunks: 4", "trunks: 4  # Assumed:   lines", {"floor.trunks": ("4", "lines")}),
    (
        "trunks: 4",
        "# assumed: as many\n  # as elsewhere\n\n  trunks: 4",
        {"floor.trunks": ("4", "as many as elsewhere")},
    ),
    ("trunks: 4", "# assumed: a\n  # assumed: b\n  trunks: 4", {"floor.trunks": ("4", "b")}),
    ("trunks: 4", "# a remark\n  # assumed: b\n  trunks: 4", {"floor.trunks": ("4", "b")}),
    ("trunks: 4", "trunks: 4 # a remark\n  # assumed: b", {"floor.shifts": None}),
    ("  - name: first day", "  - name: first day  # assumed: it", {"reported[1].name": ("first day", "it")}),
    ("  - name: first day", "  # assumed: all\n  - name: first day", {"reported[1]": None}),
    ("attendance: 95 %}", "attendance: 95 %}  # assumed: usual", {"floor.shifts[3]": None}),
    (
        "[5 s, 9 s, 20 s]}",
        "[5 s, 9 s,\n      20 s, 21 s]}  # assumed: short",
        {"callers.children.talk.empirical": None},
    ),
    (
        "{cv: 0.3}",
        "{\n    cv: 0.3\n    }  # assumed: as elsewhere",
        {"day_factors.school": ("{cv: 0.3}", "as elsewhere")},
    ),
    ("  - 90 % of genuine", "  # assumed: ours\n  - 90 % of genuine", {"targets[1]": None}),
]


@pytest.mark.parametrize("old, new, expected", MARKS)
def test_a_mark_belongs_to_one_value(old: str, new: str, expected, at) -> None:
    assert old in GOOD
    found = assumed(at(GOOD.replace(old, new, 1)))
    extra = {
        key: value for key, value in found.items() if key not in {"callers.residents.volume", "callers.curious.talk"}
    }
    assert set(extra) == set(expected)
    assert all(value is None or extra[key] == value for key, value in expected.items())


@pytest.mark.parametrize("mark", ["# assumed", "# assumed:", "# assumed no reason"])
def test_a_mark_without_colon_or_reason_is_a_warning(mark: str, at) -> None:
    loaded = at(GOOD.replace("trunks: 4", f"trunks: 4  {mark}"))
    assert "floor.trunks" in assumed(loaded)
    assert [warning for warning in loaded.warnings if "say why it is assumed" in warning]


def test_a_mark_that_marks_nothing_is_a_warning(at) -> None:
    assert "marks no value" in at(GOOD + "# assumed: what?\n").warnings[-1]


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda path: None, "no such file"),
        (lambda path: path.mkdir(), "a directory"),
        (lambda path: path.write_bytes(b"#" * 2_000_001), "at most 2,000,000 bytes"),
        (lambda path: path.write_text("- [" + "a," * 100_001 + "]"), "at most 100,000 values"),
        (lambda path: path.write_text("{a: " * 51), "at most 50 deep"),
        (lambda path: path.write_text("[" * 1_000_000), "at most 50 deep"),
        (lambda path: path.write_text("- " * 400_000), "at most 50 deep"),
        (lambda path: path.symlink_to(path), "can be read"),
    ],
)
def test_a_file_that_can_not_be_read_is_refused(make, words: str, tmp_path: Path) -> None:
    make(tmp_path / "s.yaml")
    with pytest.raises(BadInput, match=words):
        load_scenario(tmp_path / "s.yaml")


def test_thousands_of_faults_take_no_longer_than_the_reading_and_are_cut_short(at) -> None:
    with pytest.raises(BadInput) as caught:
        at("".join(f"key_{i}: 1\n" for i in range(5_000)))
    assert "unknown key 'key_0'" in str(caught.value)
    # 4,999 second times, the first time, and the five keys that lack: 100 of 5,005 are shown
    with pytest.raises(BadInput, match=r"and 4905 more faults"):
        at("a: 1\n" * 5_000)


def test_fifty_levels_are_read(at) -> None:
    """The mapping at the top is the first of the fifty."""
    with pytest.raises(BadInput) as caught:
        at(GOOD + "extra: " + "[" * 49 + "]" * 49)
    assert [fault.key for fault in caught.value.faults] == ["extra"]


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(GOOD)
    path.chmod(0)
    assert stat.S_IMODE(path.stat().st_mode) == 0

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(BadInput, match="may be read"):
        load_scenario(path)


def test_a_missing_file_is_answered_with_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "bontang.yaml").touch()
    with pytest.raises(BadInput, match=r"did you mean .*bontang\.yaml\?"):
        load_scenario(tmp_path / "bontan.yaml")


def test_hours_with_nobody_are_a_warning_not_a_fault(at) -> None:
    night = next(line for line in GOOD.splitlines() if "name: night" in line)
    warnings = at(GOOD.replace(night + "\n", "")).warnings
    assert warnings[0] == "nobody is on duty mon to sun 21:00-07:00"
    assert warnings[1].startswith("callers of curious, children wait until somebody comes on duty")


def test_a_fault_reads_file_place_key_given_wanted_and_fix() -> None:
    fault = Fault("a rate", "'6'", "callers.a.volume", "s.yaml", 7, 13, "write 6 / d")
    assert str(fault) == "s.yaml:7:13: callers.a.volume: given '6'; wanted a rate\n    write 6 / d"
    assert str(Fault("a number", "'x'", "--seed")) == "--seed: given 'x'; wanted a number"
    assert str(BadInput([fault, Fault("b", file="s.yaml", line=2)])).startswith("s.yaml:2: wanted b\ns.yaml:7:13")


def test_shipped_scenarios_are_found() -> None:
    assert (shipped_scenarios() / "schema" / "scenario.schema.json").is_file()


@pytest.mark.parametrize("where", [found.end() for found in re.finditer(r"[{]", GOOD)])
def test_an_unknown_key_is_refused_in_every_flow_mapping(where: int, at) -> None:
    with pytest.raises(BadInput, match="zzqq"):
        at(GOOD[:where] + "zzqq: 1, " + GOOD[where:])


@pytest.mark.parametrize(
    "line", [i for i, text in enumerate(GOOD.splitlines()) if re.match(r" *(?!school)[a-z_]+: ?[^ ]", text)]
)
def test_an_unknown_key_is_refused_in_every_block_mapping_and_hides_no_other_fault(line: int, at) -> None:
    lines = GOOD.replace("length: 14 d", "length: 14").splitlines()
    indent = len(lines[line]) - len(lines[line].lstrip())
    with pytest.raises(BadInput) as caught:
        at("\n".join([*lines[:line], " " * indent + "zzqq: 1", *lines[line:]]))
    assert {fault.given for fault in caught.value.faults} == {"the unknown key 'zzqq'", "'14'"}


KEYS = [found.span(1) for found in re.finditer(r"(?:^|[ {])([a-z_]+): ", GOOD, re.MULTILINE)]


@pytest.mark.parametrize("begin, end", KEYS)
def test_a_key_that_is_renamed_is_refused(begin: int, end: int, at) -> None:
    """Names that a file chooses are no keys; a name that others refer to, or that nothing marks, may change."""
    if GOOD[begin:end] not in {"assumed", "children", "genuine"}:
        with pytest.raises(BadInput):
            at(GOOD[:begin] + "zzqq" + GOOD[end:])


def refusal(path: Path) -> BadInput | None:
    """How a file is refused; None where it loads."""
    try:
        load_scenario(path)
    except BadInput as error:
        return error
    return None


def loads_or_refuses(folder: Path, data: bytes) -> None:
    (folder / "fuzz.yaml").write_bytes(data)
    if (error := refusal(folder / "fuzz.yaml")) is not None:
        text = str(error)
        assert text.encode("utf-8")
        assert "wanted another value" not in text  # a complaint that `wording` has no words for


FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(st.one_of(st.binary(max_size=80), st.text(max_size=80).map(lambda text: text.encode("utf-8", "surrogatepass"))))
@example(b'title: "\\U99999999"')
@example(b'title: "\\ud800"')
@example(b"%YAML 1." + b"9" * 5000 + b"\n---\na: b\n")
@example(b"? [a]\n: b\n? {c: d}\n: e\n? \n: f\n")
@example(b"title: &a [*a]\n")
@example(b"<<: 5\n")
@example(b"!!map {a: b}")
@example(b"!<tag:yaml.org,2002:str> a")
@example(b"callers: {a: {talk: {spike_plus: {rest: {spike_plus: {rest: {fixed: {fixed: 1 s}}}}}}}}")
@example(b"\xef\xbb\xbf")
@example(b"...\n...\n")
def test_any_bytes_load_or_are_refused(tmp_path: Path, data: bytes) -> None:
    loads_or_refuses(tmp_path, data)


PIECES = [
    "",
    "~",
    "[]",
    "{}",
    "-1",
    "0",
    ".nan",
    "5 s",
    "5 / d",
    "50 %",
    "[a, b]",
    "{a: b}",
    "yes",
    "never",
    "&x y",
    "*x",
    "!!int 5",
]
PIECES += [
    "'",
    '"',
    "#",
    ": ",
    "- ",
    "\n",
    "  ",
    "\t",
    "|",
    ">",
    "{",
    "}",
    "[",
    "]",
    "children",
    "../x",
    "\u2028",
    "é",
    "1e400",
]


@FUZZ
@given(st.integers(0, 2**32), st.integers(1, 6))
def test_a_good_file_mangled_anywhere_loads_or_is_refused(tmp_path: Path, seed: int, times: int) -> None:
    dice = random.Random(seed)
    text = GOOD
    for _ in range(times):
        begin = dice.randrange(len(text) + 1)
        text = text[:begin] + dice.choice(PIECES) + text[begin + dice.choice((0, 0, 1, 3, 10, 40)) :]
    loads_or_refuses(tmp_path, text.encode("utf-8"))


@FUZZ
@given(st.integers(0, 2**32), st.integers(1, 5))
def test_a_good_file_with_values_exchanged_loads_or_is_refused(tmp_path: Path, seed: int, times: int) -> None:
    dice = random.Random(seed)
    lines = GOOD.splitlines()
    values = [line.split(": ", 1)[1] for line in lines if ": " in line]
    for _ in range(times):
        index = dice.choice([i for i, line in enumerate(lines) if ": " in line])
        lines[index] = lines[index].split(": ", 1)[0] + ": " + dice.choice([*values, *PIECES])
    loads_or_refuses(tmp_path, "\n".join(lines).encode("utf-8"))


def test_a_bare_name_is_that_of_a_scenario_that_ships(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_scenario("serang").path == shipped_scenarios() / "serang.yaml"
    (tmp_path / "serang").mkdir()
    assert load_scenario("serang").path == shipped_scenarios() / "serang.yaml"


def test_a_file_of_ones_own_comes_before_one_that_ships(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "serang").write_bytes((shipped_scenarios() / "madiun.yaml").read_bytes())
    assert load_scenario("serang").scenario.title == load_scenario("madiun").scenario.title


@pytest.mark.parametrize(
    "name, said",
    [
        ("serank", "did you mean serang?"),
        ("mine", "did you mean mine.yaml?"),
        ("nothing-like-it", "bengkulu, bontang, kendari, ketapang, madiun, serang"),
        ("serang.yaml", "no such file"),
        ("folder", "a directory"),
    ],
)
def test_what_is_neither_a_file_nor_a_name_is_told_what_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(BadInput, match=re.escape(said)):
        load_scenario(name)
