"""Nothing is said where nobody reads."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MUCH = "with quiet_pipe(CODE):\n    for n in range(100_000): print('a line', n)"
LITTLE = "with quiet_pipe(CODE):\n    print('a line')"
ENDING = "with quiet_pipe(CODE):\n    print('a line')\n    sys.exit(9)"


@pytest.mark.parametrize("said", [MUCH, LITTLE, ENDING])
@pytest.mark.parametrize("code", [0, 1, 3])
def test_a_command_whose_reader_has_gone_ends_quietly_with_its_code(said: str, code: int) -> None:
    program = "import sys\nfrom data.quiet_pipe import quiet_pipe\n" + said.replace("CODE", str(code))
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == code


def test_what_is_read_comes_whole_and_other_errors_go_through() -> None:
    program = "from data.quiet_pipe import quiet_pipe\nwith quiet_pipe(): print('all'); raise KeyError('x')"
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, text=True, capture_output=True, check=False
    )
    assert (ended.stdout, ended.returncode) == ("all\n", 1)
    assert "KeyError: 'x'" in ended.stderr
