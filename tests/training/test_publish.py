"""A release of the bundled desk has all that a bot needs, and is built only when it must be."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from bot.classifier import Classifier
from data.desk import UNVERSIONED, Desk, load_desk
from data.errors import ReleaseError
from data.releases import MANIFEST, Release, Releases
from data.settings import Settings
from retrieval.encoder import OnnxEncoder
from retrieval.search import Retriever
from retrieval.split import passages
from training.publish import publish, roll_back

LANGUAGES = ("en", "zh")


@pytest.fixture(scope="module")
def release(home: Path, desk: Desk) -> Release:
    return Releases(home, desk.id).live()


def test_publishing_again_builds_nothing(release: Release, home: Path) -> None:
    assert publish(Settings(home=home)) == release


def test_the_release_says_the_same_desk(release: Release, desk: Desk) -> None:
    kept = load_desk(release.desk_folder)
    assert kept.model_dump(exclude={"folder"}) == desk.model_dump(exclude={"folder"})


def test_what_the_bot_learned_from_is_not_in_the_release(release: Release) -> None:
    assert [part for part in UNVERSIONED if (release.desk_folder / part).exists()] == []


def test_every_file_has_the_digest_of_the_manifest(release: Release) -> None:
    listed = json.loads((release.folder / MANIFEST).read_text("utf-8"))["files"]
    files = {str(f.relative_to(release.folder)): f for f in release.folder.rglob("*") if f.is_file()}
    del files[MANIFEST]
    assert {name: hashlib.sha256(f.read_bytes()).hexdigest() for name, f in files.items()} == listed


def test_all_passages_can_be_found(release: Release, desk: Desk) -> None:
    assert len(Retriever.load(release.folder / "passages")) == len(list(passages(desk)))


@pytest.mark.parametrize(
    ("language", "text", "intent"),
    [
        ("en", "Where is my order HB-2048817?", "track_order"),
        ("en", "I forgot my password", "recover_password"),
        ("zh", "我的快递到哪了", "track_order"),
        ("zh", "怎么开发票", "get_invoice"),
    ],
)
def test_the_plainest_questions_are_understood(
    language: str, text: str, intent: str, release: Release
) -> None:
    classifier = Classifier.load(release.folder / "classifier")
    scores = classifier.score([text], OnnxEncoder(release.folder).encode([text]), language)
    assert classifier.intents[scores.intents[0].argmax()] == intent


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("figure", "most"),
    [("answers_wrong", 0.051), ("in_scope_refused", 0.051)],
)
def test_held_out_figures_keep_their_limits(
    figure: str, most: float, language: str, release: Release
) -> None:
    assert release.metrics[language][figure] <= most


def nothing(_folder: Path) -> dict[str, Any]:
    return {}


def test_rolling_back_goes_one_release_back(small_desk: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, desk=small_desk)
    releases = Releases(tmp_path, "kiosk")
    ids = [releases.publish(f"desk-{n}", nothing).id for n in range(3)]
    assert [roll_back(settings).id, roll_back(settings).id] == [ids[1], ids[0]]


def test_there_is_nothing_before_the_oldest_release(small_desk: Path, tmp_path: Path) -> None:
    oldest = Releases(tmp_path, "kiosk").publish("desk-1", nothing)
    with pytest.raises(ReleaseError, match=f"{oldest.id} is the oldest release"):
        roll_back(Settings(home=tmp_path, desk=small_desk))
