"""The rules of the house, read from the source: imports go one way, functions and files stay small."""

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, NamedTuple

SOURCE = Path(__file__).resolve().parents[2] / "src"
LAYERS = {
    "core": (
        "records", "errors", "extras", "settings", "tables", "phrases", "text", "ledger",
        "dimensions", "fusion", "recommend", "evaluate",
    ),
    "shell": ("collect", "encoders", "engines", "store", "llm", "privacy", "streams"),
    "wiring": ("studio", "testing", "__init__"),
    "doors": ("cli", "server"),
}  # fmt: skip
RANKS = {room: rank for rank, rooms in enumerate(LAYERS.values()) for room in rooms}
INPUT_AND_OUTPUT = {
    "duckdb", "sqlite3", "os", "shutil", "subprocess", "socket", "tempfile", "urllib", "httpx", "requests",
    "typer", "rich", "click", "fastapi", "psycopg", "redis", "faststream", "aiokafka", "asyncio", "pyspark",
    "py4j",
}  # fmt: skip
ENGINE = {
    # The ledger's expressions and row numbers run in DuckDB, in memory; nothing else of the core may.
    ("limner.ledger.batch", "duckdb"),
    ("limner.ledger.items", "duckdb"),
    ("limner.ledger.numbering", "duckdb"),
    # The locale decides the language of a statement when nobody names one.
    ("limner.phrases", "os"),
}
NAMED_LIKE_THEIR_MODULE = {"limner.cli.main": ["main"], "limner.collect": ["collect"]}
"""Both are the one thing their module is for, and are called by that name."""
MOST_BODY_LINES = 40
MOST_PARAMETERS = 5
MOST_NESTED_BLOCKS = 3
MOST_FILE_LINES = 400
MOST_MODULES = 36


class Module(NamedTuple):
    path: Path
    name: str
    tree: ast.Module

    @property
    def room(self) -> str:
        return (*self.name.split("."), "__init__")[1]


class Import(NamedTuple):
    module: str
    lazy: bool
    """Inside a function: nothing is loaded until it runs."""


def list_modules() -> list[Module]:
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
        found.append(Module(path, name, ast.parse(path.read_text(encoding="utf-8"))))
    return found


def list_imports(node: ast.AST, *, lazy: bool = False) -> Iterator[Import]:
    """Yield what runs import, leaving out what only a type checker reads."""
    for child in ast.iter_child_nodes(node):
        inside = lazy or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, inside) for alias in child.names)
        if isinstance(child, ast.ImportFrom):
            yield from (Import(f"{child.module}.{alias.name}", inside) for alias in child.names)
        yield from list_imports(child, lazy=inside)


def list_functions(tree: ast.AST) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def count_body_lines(function: ast.FunctionDef) -> int:
    """Return the lines from the first statement behind the docstring to the last."""
    body = function.body[1:] if ast.get_docstring(function, clean=False) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def list_parameters(function: ast.FunctionDef) -> list[str]:
    """Return what may be passed by place."""
    given = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    return [name for name in given if name not in ("self", "cls")]


def count_nesting(node: ast.AST) -> int:
    """Return how deep blocks stand in blocks; an elif is as deep as its if."""
    blocks = (ast.If, ast.For, ast.While, ast.With, ast.Try)
    depths = [0]
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.ClassDef | ast.Lambda):
            continue
        chained = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        depths.append(count_nesting(child) + (isinstance(child, blocks) and not chained))
    return max(depths)


MODULES = list_modules()
NAMES = {module.name for module in MODULES}
CORE = [module for module in MODULES if module.room in LAYERS["core"]]


def find_offenders(rule: Callable[[Module], Any], modules: list[Module] = MODULES) -> dict[str, Any]:
    """Return what breaks a rule, by module."""
    return {module.name: broken for module in modules if (broken := rule(module))}


def list_own_imports(module: Module, *, lazy: bool = True) -> set[str]:
    """Return the modules of the package that a module imports."""
    given = {one.module for one in list_imports(module.tree) if lazy or not one.lazy}
    return {name if name in NAMES else name.rpartition(".")[0] for name in given if name.startswith("limner")}


def name_room(module_name: str) -> str:
    return (*module_name.split("."), "__init__")[1]


def name_studio_room(name: str) -> str:
    """Return the room of the studio that a module stands in: studio where it stands at its door."""
    parts = name.split(".")
    if parts[:2] != ["limner", "studio"]:
        return ""
    return parts[2] if len(parts) > 3 else "studio"


def test_the_whole_package_was_read():
    assert {"limner", "limner.cli.main", "limner.ledger.batch", "limner.studio.studio"} <= NAMES
    assert len(MODULES) > 100


def test_every_room_has_its_place_in_the_house():
    assert {module.room for module in MODULES} - RANKS.keys() == set()


def test_imports_go_one_way_from_the_doors_to_the_core():
    def climbs(module):
        return [name for name in list_own_imports(module) if RANKS[name_room(name)] > RANKS[module.room]]

    assert find_offenders(climbs) == {}


def test_the_rooms_of_the_shell_do_not_know_each_other():
    def crosses(module):
        others = set(LAYERS["shell"]) - {module.room}
        return [name for name in list_own_imports(module) if name_room(name) in others]

    assert find_offenders(crosses, [m for m in MODULES if m.room in LAYERS["shell"]]) == {}


def test_no_two_modules_need_each_other_to_load():
    needs = {module.name: list_own_imports(module, lazy=False) for module in MODULES}

    assert [name for name in NAMES if name in reach(needs, name)] == []


def reach(needs: dict[str, set[str]], start: str) -> set[str]:
    """Return every module that loading one brings along."""
    found, open_ends = set(), set(needs[start])
    while open_ends:
        found |= open_ends
        open_ends = {far for near in open_ends for far in needs.get(near, ())} - found
    return found


def test_the_rooms_of_the_studio_load_each_other_one_way():
    above = {}
    for module in MODULES:
        for name in list_own_imports(module, lazy=False):
            one, other = name_studio_room(module.name), name_studio_room(name)
            if one and other and one != other:
                above.setdefault(one, set()).add(other)

    assert "studio" in above
    assert next(iter(TopologicalSorter(above).static_order())) == "kept"


def test_the_core_does_no_input_or_output():
    def reaches_out(module):
        return {one.module.partition(".")[0] for one in list_imports(module.tree)} & INPUT_AND_OUTPUT

    found = find_offenders(reaches_out, CORE)

    assert {(name, package) for name, packages in found.items() for package in packages} == ENGINE


def test_the_engine_is_loaded_only_where_it_runs():
    def loads_early(module):
        return [one.module for one in list_imports(module.tree) if one.module == "duckdb" and not one.lazy]

    assert find_offenders(loads_early) == {}


def test_functions_are_short():
    def is_long(module):
        return [one.name for one in list_functions(module.tree) if count_body_lines(one) > MOST_BODY_LINES]

    assert find_offenders(is_long) == {}


def test_functions_take_few_parameters_by_place():
    def is_crowded(module):
        functions = list_functions(module.tree)
        return [one.name for one in functions if len(list_parameters(one)) > MOST_PARAMETERS]

    assert find_offenders(is_crowded) == {}


def test_blocks_are_not_nested_deeply():
    def is_deep(module):
        return [one.name for one in list_functions(module.tree) if count_nesting(one) > MOST_NESTED_BLOCKS]

    assert find_offenders(is_deep) == {}


def test_folders_are_small():
    folders = Counter(module.path.parent for module in MODULES)

    assert {str(folder): n for folder, n in folders.items() if n > MOST_MODULES} == {}


def test_files_are_short():
    def is_long(module):
        n_lines = len(module.path.read_text(encoding="utf-8").splitlines())
        return n_lines * (n_lines > MOST_FILE_LINES)

    assert find_offenders(is_long) == {}


def test_modules_are_named_after_what_they_hold():
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "base", "core", "tools", "stuff"}

    assert find_offenders(lambda module: vague & set(module.name.split("."))) == {}


def test_a_function_never_shares_its_modules_name():
    def repeats(module):
        own = [node.name for node in module.tree.body if isinstance(node, ast.FunctionDef)]
        return [name for name in own if name == module.name.rpartition(".")[2]]

    assert find_offenders(repeats) == NAMED_LIKE_THEIR_MODULE


def test_what_is_public_says_what_it_is():
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

    def is_silent(module):
        classes = [node for node in module.tree.body if isinstance(node, ast.ClassDef)]
        homes = [module.tree, *(node for node in classes if not node.name.startswith("_"))]
        public = [
            member
            for home in homes
            for member in home.body
            if isinstance(member, kinds) and not member.name.startswith("_")
        ]
        return [one.name for one in (module.tree, *public) if not ast.get_docstring(one)]

    assert find_offenders(is_silent) == {}


def test_only_the_command_line_prints():
    def prints(module):
        calls = [node for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
        return [call.lineno for call in calls if ast.unparse(call.func) == "print"]

    assert set(find_offenders(prints)) <= {"limner.cli.main"}
