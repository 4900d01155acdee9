import io

from experiments import progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def run_through(stream, total):
    shown = progress.on(stream)
    shown.start(total)
    for _ in range(total):
        shown.advance()
    shown.close()
    return stream.getvalue()


def test_plain_lines_come_at_every_tenth_of_the_points():
    lines = run_through(io.StringIO(), 200).splitlines()
    assert lines == [f"{done} of 200 points" for done in range(20, 201, 20)]


def test_plain_lines_of_a_short_run_end_with_the_last_point():
    assert run_through(io.StringIO(), 3).splitlines() == ["1 of 3 points", "2 of 3 points", "3 of 3 points"]


def test_plain_lines_come_when_points_are_slow(monkeypatch):
    now = iter(range(0, 6000, 6))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(now))
    assert len(run_through(io.StringIO(), 100).splitlines()) == 100


def test_a_terminal_gets_a_bar():
    shown = run_through(Terminal(), 5)
    assert "\r" in shown
    assert "5/5" in shown


def test_a_sentence_stands_on_a_line_of_its_own_beside_the_bar():
    stream = Terminal()
    shown = progress.on(stream)
    shown.say("before")
    shown.start(2)
    shown.say("between")
    shown.close()
    assert {"before", "between"} <= {line.strip() for line in stream.getvalue().replace("\r", "\n").splitlines()}


def test_nothing_is_said_of_no_points():
    assert run_through(io.StringIO(), 0) == ""


def test_a_run_goes_on_when_nobody_listens():
    class Closed(io.StringIO):
        def write(self, _):
            raise BrokenPipeError

    run_through(Closed(), 3)
