"""The program: `python -m auditql` and the console script `auditql`.

In: the arguments of the process. Out: its exit code. The version is answered
here, because nothing else need be loaded for it.
"""

import gc
import os
import sys

_MANY_OBJECTS = 100_000
"""Objects that are made before garbage is looked for: what a start loads lives to
the end of the process, and looking through it took a tenth of a start."""


def main() -> int:
    """Run the command line; gives the exit code of the process."""
    if sys.argv[1:] in (["--version"], ["-V"]) and sys.stdout is not None:
        from auditql import __version__

        try:
            # Past the buffer: what a full disk refuses would fail again at exit.
            os.write(sys.stdout.fileno(), f"auditql {__version__}\n".encode())
        except OSError:
            pass  # told by the road below, which knows the exit codes
        else:
            return 0
    from auditql.shell.main import run

    gc.set_threshold(_MANY_OBJECTS)
    code = run(sys.argv[1:])
    gc.freeze()  # the process ends: nothing of it need be looked through again
    return code


if __name__ == "__main__":
    sys.exit(main())
