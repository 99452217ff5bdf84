import subprocess
import sys
import textwrap

import pytest

from limner.errors import WorkspaceError
from limner.llm.book import Book, Portion, Spent, name_day, split_whole
from limner.llm.report import make_report

NOW = 20_000 * 86_400_000_000
SPENT = Spent("m", 101, 31, 7, 0.5, 100, "answered")


def test_tokens_are_kept_by_user_fact_and_day_and_add_up(book):
    portions = [Portion("ann", ("demographic/pet", "interest/intent"), 1.0), Portion("bob", (), 2.0)]

    book.spend(SPENT, portions, NOW)
    book.spend(SPENT, [Portion("bob", ("demographic/pet",), 1.0)], NOW + 86_400_000_000)

    report = make_report(book)
    assert (report.prompt_tokens, report.answer_tokens, report.cached_tokens, report.cost) == (
        202,
        62,
        14,
        1.0,
    )
    assert sum(report.tokens_by_user.values()) == sum(report.tokens_by_fact.values()) == 264
    assert report.tokens_by_day == {name_day(NOW): 132, name_day(NOW + 86_400_000_000): 132}
    assert set(report.tokens_by_fact) == {"demographic/pet", "interest/intent", "nothing"}
    assert report.cached_share == 14 / 202


@pytest.mark.parametrize("weights", [[1.0], [1, 1, 1], [0.1, 5, 0.1], [0, 1]], ids=str)
def test_whole_numbers_are_split_without_a_remainder(weights):
    assert sum(split_whole(1001, weights)) == 1001


def test_a_report_of_nothing_has_no_rates(book):
    report = make_report(book).to_dict()

    assert (report["rejected_share"], report["calls_per_1000_users"], report["cached_share"]) == (0, 0, 0)


def test_what_came_of_a_text_replaces_what_came_of_it_before(ask, review, book):
    for _ in range(2):
        ask([review("My cat sleeps on it.")], {"cat": '{"items":["1 pet cat","1 pet dog","9 pet cat"]}'})

    report = make_report(book)

    assert (report.accepted, report.rejected) == (1, {"no_clause": 1, "ungrounded": 1})
    assert report.rejected_share == pytest.approx(2 / 3)
    assert (report.users, report.calls_per_1000_users) == (1, 1000.0)


def test_many_processes_write_one_book(tmp_path):
    path = tmp_path / "llm.sqlite"
    code = textwrap.dedent(
        f"""
        import sys
        from limner.llm.book import Book, Portion, Spent
        with Book({str(path)!r}) as book:
            for n in range(40):
                book.meet_texts([(sys.argv[1], str(n), 10)])
                book.keep_answers([(f"e{{n}}", [])], "m", {NOW})
                book.spend(Spent("m", 3, 2, 0, 0.0, 3, "answered"), [Portion(sys.argv[1], (), 1.0)], {NOW})
        """
    )
    running = [subprocess.Popen([sys.executable, "-c", code, name]) for name in ("ann", "bob", "cleo")]

    assert [process.wait() for process in running] == [0, 0, 0]
    with Book(path) as book:
        report = make_report(book)
    assert (report.texts, report.calls, report.prompt_tokens, report.answer_tokens) == (120, 120, 360, 240)


def test_a_file_that_is_no_book_says_what_to_do(tmp_path):
    path = tmp_path / "llm.sqlite"
    path.write_bytes(b"not a database at all" * 100)

    with pytest.raises(WorkspaceError, match=r"llm\.sqlite: .*move it away"):
        Book(path)
    with pytest.raises(WorkspaceError, match="mend its folder"):
        Book(tmp_path / "nowhere" / "llm.sqlite")
