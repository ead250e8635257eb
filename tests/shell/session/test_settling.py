"""What a strike leaves behind in the interpreter: nothing."""

import subprocess
import sys

PROGRAM = """
import sys
from auditql.shell.session.worker import Worker

async def compute():
    while True:
        pass

async def nothing():
    pass

worker = Worker()
for _ in range(3):
    turn = worker.begin(compute())
    turn.stop()
    assert turn.next(20.0) is None
    assert worker.begin(nothing()).next() is None
worker.close()
sys.settrace(lambda *_: None)
print(len(str(sorted(range(9)))))
for _ in map(lambda n: n, range(99)):
    pass
sys.settrace(None)
print("on")
"""


def test_a_traced_program_gets_on_after_strikes() -> None:
    """A strike that nobody took would hold every traced call for ever."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, timeout=30, check=False
    )
    assert (b"27\non\n", b"") == (done.stdout, done.stderr)
