"""APIs by name and by file, in YAML and in Python."""

from pathlib import Path

import pytest

from simulator.live.apis.named import api_named, api_names
from simulator.live.apis.standin import StandIn
from simulator.scenario.errors import BadInput

HEAD = "from simulator.live.contract import DispatchUser, Heard, State\n"
CLASS = "class Mine(DispatchUser):\n    def ring(self, call):\n        return Heard(State.ANSWERED)\n"


def test_names_lead_to_the_stand_in_and_to_what_ships(tmp_path: Path) -> None:
    assert api_named("stand-in", tmp_path) is StandIn
    assert not api_named("ticketscad", tmp_path).has_queue
    assert api_named("ticketscad-desks", tmp_path).has_queue
    assert {"stand-in", "ticketscad", "ticketscad-desks", "ranger-ims"} <= set(api_names(tmp_path))


def test_an_api_beside_the_scenario_goes_before_one_that_ships(tmp_path: Path) -> None:
    (tmp_path / "apis").mkdir()
    (tmp_path / "apis" / "ticketscad.yaml").write_text("api: {title: mine, ring: {send: POST /c}}")
    assert api_named("ticketscad", tmp_path).__doc__ == "mine"


def test_a_file_is_read_wherever_it_stands(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("api: {title: mine, ring: {send: POST /c}}")
    (tmp_path / "b.py").write_text(HEAD + CLASS)
    assert api_named(str(tmp_path / "a.yaml"), Path()).__doc__ == "mine"
    assert api_named(tmp_path / "b.py", Path()).__name__ == "Mine"


def test_a_file_that_names_its_class_may_have_several_classes(tmp_path: Path) -> None:
    (tmp_path / "b.py").write_text(HEAD + CLASS + CLASS.replace("Mine", "Other") + "API = Mine\n")
    assert api_named(tmp_path / "b.py", Path()).__name__ == "Mine"


def test_classes_that_are_imported_do_not_count_and_neighbours_can_be(tmp_path: Path) -> None:
    (tmp_path / "neighbour_of_b.py").write_text("WORD = 'x'\n")
    more = "from simulator.live.apis.standin import StandIn\nfrom neighbour_of_b import WORD\n"
    (tmp_path / "b.py").write_text(HEAD + more + CLASS)
    assert api_named(tmp_path / "b.py", Path()).__name__ == "Mine"


BROKEN = [
    ("x = (\n", 1, ("'(' was never closed", "Python that can be read")),
    ("\nimport no_such_module_here\n", 2, ("ModuleNotFoundError", "no_such_module_here", "install it beside siaga")),
    ("a = 1\nb = a / 0\n", 2, ("ZeroDivisionError",)),
    ("import sys\nsys.exit(3)\n", 2, ("SystemExit",)),
    ("a = 1\n", 0, ("given none", "wanted one subclass", "class MyCentre(DispatchUser)")),
    (HEAD + CLASS + CLASS.replace("Mine", "Other"), 0, ("2 of them: Mine and Other", "API = Mine")),
    (HEAD + "class Mine(DispatchUser):\n    pass\n", 0, ("a class with a method ring", "def ring(self, call)")),
    (HEAD + CLASS + "    has_queue = True\n", 0, ("a method next_call",)),
    ("TARGET = 1\n", 0, ("the name API", "write API = MyCentre")),
    ("API = 'Mine'\n", 0, ("a subclass of DispatchUser", "name the class itself")),
    (HEAD + CLASS + "API = Mine(None)\n", 0, ("a subclass of DispatchUser",)),
]


@pytest.mark.parametrize(("text", "line", "words"), BROKEN)
def test_a_python_file_that_can_not_be_used_is_bad_input_with_its_line(
    text: str, line: int, words: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "b.py").write_text(text)
    with pytest.raises(BadInput) as caught:
        api_named(tmp_path / "b.py", Path())
    [fault] = caught.value.faults
    assert (fault.file, fault.line) == (str(tmp_path / "b.py"), line)
    for each in words:
        assert each in str(fault)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("tickets-cad", ("'tickets-cad'", "did you mean ticketscad?")),
        ("nowhere", ("one of the APIs ranger-ims, stand-in", "nowhere.yaml or nowhere.py")),
        ("", ("mycentre.yaml",)),
        ("../evil", ("a file in YAML (.yaml) or Python (.py)",)),
        ("none.yaml", ("no such file",)),
        ("none.py", ("no such file",)),
        ("mine/api.json", ("a file in YAML",)),
    ],
)
def test_a_name_that_leads_nowhere_is_bad_input(name: str, words: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        api_named(name, tmp_path)
    for each in words:
        assert each in str(caught.value)


def test_a_file_in_the_folder_of_older_versions_is_pointed_out(tmp_path: Path) -> None:
    (tmp_path / "targets").mkdir()
    (tmp_path / "targets" / "mine.yaml").write_text("target: {ring: {send: POST /c}}")
    with pytest.raises(BadInput, match=r"move \S+/targets/mine.yaml to \S+/apis, and write api: in it"):
        api_named("mine", tmp_path)


def test_connection_settings_of_a_file_are_those_of_its_class(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.yaml").write_text(
        "api: {keys: {intake: CAD_TOKEN}, sockets: 50, insecure: yes, ring: {send: POST /c}}"
    )
    kind = api_named(tmp_path / "mine.yaml", tmp_path)
    assert (kind.sockets, kind.insecure, kind.key_names) == (50, True, {"intake": "CAD_TOKEN"})
    monkeypatch.setenv("CAD_TOKEN", "of the environment")
    keys = [({}, "of the environment"), ({"intake": "given"}, "given"), ({"": "everybodys"}, "everybodys")]
    assert [kind(None, given).key_of("intake") for given, _ in keys] == [key for _, key in keys]  # type: ignore[arg-type]
    assert kind(None).key_of("desk") == ""  # type: ignore[arg-type]


def test_a_link_out_of_the_library_is_refused(tmp_path: Path) -> None:
    (tmp_path / "apis").mkdir()
    (tmp_path / "secret.yaml").write_text("api: {ring: {send: POST /c}}")
    (tmp_path / "apis" / "leak.yaml").symlink_to(tmp_path / "secret.yaml")
    with pytest.raises(BadInput, match="leads out"):
        api_named("leak", tmp_path)
