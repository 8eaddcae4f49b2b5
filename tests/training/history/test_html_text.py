"""HTML messages become what a person reads."""

import pytest

from training.history.html_text import text_of


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hi Jane,</p><p>it&#39;s <b>all</b> great</p>", "Hi Jane,\nit's all great"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<style>p {color: red}</style><div>您好</div>", "您好"),
        ("plain, 3 < 4 and 5 > 2", "plain, 3 < 4 and 5 > 2"),
        ("<p><img src='a.png'></p>", ""),
    ],
)
def test_tags_go_and_blocks_become_lines(html: str, text: str) -> None:
    assert text_of(html) == text
