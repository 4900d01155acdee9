import shutil
import sys
import time
from pathlib import Path

import pytest

from hw_models import hdl_tools
from hw_models.hdl_tools import Tool, ToolError

PYTHON = Tool(sys.executable)


def test_a_missing_program_is_a_sentence_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(ToolError, match="iverilog is not installed: `apt-get install iverilog`"):
        hdl_tools.program("iverilog", "iverilog")
    with pytest.raises(ToolError, match="apt-get install g"):
        hdl_tools.verilator()


def test_a_crash_names_the_log_and_its_last_lines(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"failed with exit code 3; its log .*run\.log ends with\n    the last word"):
        hdl_tools.run(PYTHON, ["-c", "print('the last word'); raise SystemExit(3)"], tmp_path, "run.log", 30)


def test_a_hang_is_stopped_with_its_children(tmp_path: Path) -> None:
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    started = time.monotonic()
    with pytest.raises(ToolError, match=r"was stopped after 0\.5 s; its log .* ends with\n    \(nothing\)"):
        hdl_tools.run(PYTHON, ["-c", code], tmp_path, "run.log", 0.5)
    assert time.monotonic() - started < 20


def test_arguments_are_never_read_by_a_shell(tmp_path: Path) -> None:
    given = "; echo $HOME `id` *"
    output = hdl_tools.run(PYTHON, ["-c", "import sys; print(sys.argv[1])", given], tmp_path, "run.log", 30)
    assert output.strip() == given
