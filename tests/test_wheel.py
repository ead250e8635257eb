"""The wheel, installed elsewhere, does what the checkout does."""

import os
import site
import subprocess
import sys
import venv
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]

pytestmark = pytest.mark.full


def run(*command: str | Path, **environment: str) -> str:
    """What a command prints, run from `/` without this checkout in sight."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd="/",
        env=kept | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment that holds the wheel and nothing of this checkout.

    No index is asked: the wheel is built with the backend that is here, and
    the packages it needs are found where this Python has them.
    """
    place = tmp_path_factory.mktemp("wheel")
    run(
        *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"),
        *("--no-build-isolation", "--no-index", "--wheel-dir", place, TOP),
    )
    (wheel,) = place.glob("auditql-*.whl")
    venv.create(place / "venv", with_pip=True)
    python = place / "venv" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel)
    own = run(python, "-c", "import site; print(site.getsitepackages()[0])").strip()
    # A .pth file comes after the environment's own packages and is not searched
    # for further .pth files, so an editable install of the checkout stays unseen.
    Path(own, "needs.pth").write_text("\n".join(site.getsitepackages()) + "\n")
    return python


def test_the_wheel_compiles_a_query_from_anywhere(installed: Path) -> None:
    """The grammar is in the wheel, and the package is the installed one."""
    code = (
        "import auditql; print(auditql.__file__);"
        "print(auditql.compile('action = login limit 20').requests[0].params[0])"
    )
    where, pair = run(installed, "-c", code).splitlines()
    assert str(installed.parents[1]) in where
    assert "('filter[action]', 'login')" == pair


def test_the_console_script_answers(installed: Path) -> None:
    """`auditql` is on the path of the environment and compiles."""
    script = installed.parent / "auditql"
    assert run(script, "--version").startswith("auditql ")
    url = run(script, "compile", "-f", "url", "action = login limit 20")
    assert url.endswith(
        "?filter%5Baction%5D=login&sort=-created_at&page%5Bsize%5D=20\n"
    )


def test_the_installed_program_answers_from_the_made_up_account(
    installed: Path,
) -> None:
    """The demo needs no account, no network and no checkout."""
    rows = run(
        *(installed, "-m", "auditql", "demo", "query", "-f", "jsonl"),
        "action = login and created_at >= -30d limit 3",
    )
    assert 3 == len(rows.splitlines())


def test_the_package_is_typed(installed: Path) -> None:
    """Type checkers find `py.typed`, and the language's files are there."""
    code = (
        "import auditql, pathlib; top = pathlib.Path(auditql.__file__).parent;"
        "print((top / 'py.typed').exists(), any((top / 'grammar').glob('*.lark')))"
    )
    assert "True True\n" == run(installed, "-c", code)


def test_the_bundled_queries_are_in_the_wheel(installed: Path) -> None:
    """Every query of the checkout's library is on the installed shelf, whole."""
    code = (
        "from auditql.library.shelves import bundled, entries;"
        "[print(e.name, len(e.load().text)) for e in entries([bundled()])]"
    )
    here = sorted((TOP / "auditql" / "library").glob("*.aql"))
    assert here
    assert [
        f"{file.stem} {len(file.read_text(encoding='utf-8'))}" for file in here
    ] == run(installed, "-c", code).splitlines()
