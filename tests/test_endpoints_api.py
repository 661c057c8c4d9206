"""The JSON API: who is let in, what is given, and how what goes wrong is told."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from msgspec import structs

from proxy.hops import SECURITY
from proxy.playlists.explain import EnergyTold, Explanation
from proxy.recipes.snapshots import Snapshots
from tests.fake_navidrome import PASSWORDS, Fault
from tests.house import House, Listener, broken, connections, open_house

Json = dict[str, Any]

ROOT = "/playlistgen/api"
PROMPT = "jazz 30 min"


class Api:
    """A script of one user, by HTTP Basic."""

    def __init__(self, http: httpx.Client, url: str, user: str) -> None:
        self.url = url
        self.auth: tuple[str, str] | None = (user, PASSWORDS[user.lower()])
        self._http = http

    def send(self, method: str, path: str, **given: Any) -> httpx.Response:
        auth = {"auth": self.auth} if self.auth else {}
        return self._http.request(method, f"{self.url}{ROOT}{path}", **{**auth, **given})

    def get(self, path: str, status: int = 200) -> Json:
        return told(self.send("GET", path), status)

    def post(self, path: str, content: Json, status: int = 200) -> Json:
        return told(self.send("POST", path, json=content), status)


def told(response: httpx.Response, status: int) -> Json:
    assert response.status_code == status, response.text
    kind = "application/json" if status < 400 else "application/problem+json"
    assert response.headers["content-type"] == kind
    assert response.headers["cache-control"] == "no-store"
    content: Json = response.json()
    if status >= 400:
        assert content["status"] == status
        assert content["detail"][-1] in ".?"
    return content


@contextmanager
def script(house: House, user: str = "ana", url: str = "") -> Iterator[Api]:
    with connections() as http:
        yield Api(http, url or house.url, user)


@pytest.fixture
def api(house: House) -> Iterator[Api]:
    with script(house) as api:
        yield api


def ids(listed: Json) -> list[str]:
    return [song["id"] for song in listed["songs"]]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/status"), ("PUT", "/status"), ("GET", "/nothing"), ("GET", "/openapi.json")],
)
def test_every_answer_carries_the_security_headers_once_and_its_name(
    api: Api, method: str, path: str
) -> None:
    headers = api.send(method, path).headers
    for name, value in SECURITY:
        assert headers.get_list(name.decode()) == [value.decode()]
    assert len(headers.get_list("x-request-id")) == 1


# Lists.


@pytest.mark.parametrize("prompt", [PROMPT, f"ai: {PROMPT}"])
def test_a_prompt_gives_the_list_that_its_name_would_make_and_makes_none(
    house: House, api: Api, prompt: str
) -> None:
    before = house.listener().lists()
    listed = api.post("/generate", {"prompt": prompt})
    assert house.listener().lists() == before
    made = house.listener().create(f"ai: {PROMPT}")
    assert ids(listed) == list(made.songs)
    assert (listed["prompt"], listed["comment"]) == (PROMPT, made.comment)
    assert listed["wish"] == {"text": "jazz", "minutes": 30.0, "genres": ["Jazz"]}
    assert listed["songs"][0].keys() >= {"title", "artist", "duration", "relevance", "why"}


@pytest.mark.parametrize(
    "prompt",
    [
        PROMPT,
        "jazz in the rain and thunder over the sea at night " * 19,
        "jazz" + "".join(f", no z{word:03}" for word in range(100)),
    ],
    ids=len,
)
def test_the_wish_of_a_list_gives_the_same_list(api: Api, prompt: str) -> None:
    listed = api.post("/generate", {"prompt": prompt})
    assert ids(api.post("/generate", {"wish": listed["wish"]})) == ids(listed)


@pytest.mark.parametrize(("given", "count"), [({"songs": 3}, 3), ({"songs": 4, "minutes": 90}, 4)])
@pytest.mark.parametrize("what", [{"prompt": PROMPT}, {"wish": {"text": "jazz", "minutes": 30}}])
def test_a_length_wins_over_that_of_prompt_and_wish(api: Api, what: Json, given: Json, count: int) -> None:
    assert len(api.post("/generate", {**what, **given})["songs"]) == count


def test_years_may_be_named_from_either_end(api: Api) -> None:
    wish = {"genres": ["Jazz"], "years": [2010, 1950]}
    listed = api.post("/generate", {"wish": wish})
    assert listed["wish"]["years"] == [1950, 2010]
    assert listed["songs"]


def test_a_wish_leaves_years_out(api: Api) -> None:
    listed = api.post("/generate", {"wish": {"genres": ["Jazz"], "without_years": [1984]}})
    assert listed["wish"]["without_years"] == [1984]
    assert "not from 1984" in listed["explanation"]["understood"]


def test_seeds_are_in_the_list(house: House, api: Api) -> None:
    seed = next(iter(house.world.visible(house.world.users["ana"]))).id
    assert ids(api.post("/generate", {"prompt": PROMPT, "seeds": [seed, "nosuch"]}))[0] == seed


def test_a_wish_for_the_like_of_a_list_of_ones_own(house: House, api: Api) -> None:
    jazz = [song for song in house.world.visible(house.world.users["ana"]) if song.row["genre"] == "Jazz"]
    house.world.add_playlist("ana", "Evening", [song.id for song in jazz[:3]])
    listed = api.post("/generate", {"wish": {"like_playlists": ["Evening"], "songs": 4}})
    assert not {song.id for song in jazz[:3]} & set(ids(listed))
    assert "Jazz" in {house.world.songs[song].row["genre"] for song in ids(listed)}


def test_a_list_is_saved_under_its_prompt(house: House, api: Api) -> None:
    response = api.send("POST", "/playlists", json={"prompt": PROMPT})
    saved = told(response, 201)
    kept = house.listener().open(saved["id"])
    assert (kept.name, kept.comment, list(kept.songs)) == (f"ai: {PROMPT}", saved["comment"], saved["songs"])
    assert told(api.send("GET", f"/{response.headers['location']}"), 200) == saved
    assert saved["wish"]["genres"] == ["Jazz"]
    assert saved["frozen_at"] is None


def test_saved_again_it_is_the_same_list(api: Api) -> None:
    first = api.post("/playlists", {"prompt": PROMPT}, 201)
    assert api.post("/playlists", {"prompt": f"AI. {PROMPT}"}, 201)["id"] == first["id"]


@pytest.mark.parametrize("name", ["Evenings", f"ai: {PROMPT}"])
def test_a_list_is_saved_under_a_name(house: House, api: Api, name: str) -> None:
    saved = api.post("/playlists", {"prompt": PROMPT, "name": f" {name} ", "songs": 3}, 201)
    kept = house.listener().open(saved["id"])
    assert (kept.name, kept.count, saved["name"]) == (name, 3, name)


@pytest.mark.parametrize("prompt", ["jazz\n3 songs", "jazz\x00 \x85 3 songs\x1b"])
def test_a_prompt_of_several_lines_is_saved_as_one(house: House, api: Api, prompt: str) -> None:
    saved = api.post("/playlists", {"prompt": prompt}, 201)
    assert saved["name"].split() == ["ai:", "jazz", "3", "songs"]
    assert saved["name"].isprintable()
    assert house.directly().open(saved["id"]).count == 3


def test_a_list_of_a_wish_is_saved_under_its_name(house: House, api: Api) -> None:
    saved = api.post("/playlists", {"wish": {"genres": ["Jazz"], "songs": 3}, "name": "Evenings"}, 201)
    kept = house.listener().open(saved["id"])
    assert house.world.songs[kept.songs[0]].row["genre"] == "Jazz"
    assert kept.count == 3


def test_an_edited_list_says_since_when_it_is_left_alone(house: House, api: Api) -> None:
    saved = api.post("/playlists", {"prompt": PROMPT}, 201)
    house.now.forward(120)
    house.listener().update(saved["id"], songIndexToRemove="0")
    assert api.get(f"/playlists/{saved['id']}")["frozen_at"] == "2026-11-23T12:02:00Z"


def test_a_list_that_was_deleted_elsewhere_is_not_explained(house: House, api: Api) -> None:
    saved = api.post("/playlists", {"prompt": PROMPT}, 201)
    house.directly().ask("deletePlaylist", id=saved["id"])
    assert "gone from Navidrome" in api.get(f"/playlists/{saved['id']}", 404)["detail"]


@pytest.mark.parametrize("user", ["ben", "admin"])
def test_nobody_is_told_of_anothers_list(house: House, api: Api, user: str) -> None:
    saved = api.post("/playlists", {"prompt": PROMPT}, 201)
    with script(house, user) as other:
        refused = other.get(f"/playlists/{saved['id']}", 404)
        assert refused == other.get("/playlists/nosuch", 404)


def test_songs_of_others_libraries_are_in_no_list(house: House, api: Api) -> None:
    second = {song.id for song in house.world.songs.values() if song.library == 2}
    everything = {"prompt": "anything at all", "songs": 500}
    assert not second & set(ids(api.post("/generate", everything)))
    with script(house, "admin") as admin:
        assert second & set(ids(admin.post("/generate", everything)))


def test_a_seed_of_others_libraries_is_as_one_that_nobody_knows(house: House, api: Api) -> None:
    seed = next(song.id for song in house.world.songs.values() if song.library == 2)
    unknown = api.post("/generate", {"prompt": PROMPT, "seeds": ["nosuch"]})
    assert api.post("/generate", {"prompt": PROMPT, "seeds": [seed]}) == unknown
    with script(house, "admin") as admin:
        assert seed in ids(admin.post("/generate", {"prompt": PROMPT, "seeds": [seed]}))


# Standing lists.

RECIPE = """
[[recipe]]
name = "Jazz corner"
about = "What there is of jazz"
prompt = "jazz"
songs = 5
per_artist = 5
"""


@pytest.fixture
def corner(house: House, tmp_path: Path) -> Iterator[Api]:
    """Of a proxy that has one recipe."""
    recipes = tmp_path / "mine.toml"
    recipes.write_text(RECIPE, encoding="utf-8")
    with house.proxy(recipes_path=str(recipes)) as url, script(house, url=url) as api:
        yield api


def test_standing_lists_are_told_made_or_not(house: House, corner: Api) -> None:
    (recipe,) = corner.get("/recipes")["recipes"]
    assert (recipe["key"], recipe["songs"], recipe["hidden"]) == ("jazz corner", 0, False)
    listener = house.listener()
    listener.url = corner.url
    found = listener.open(recipe["id"])
    (recipe,) = corner.get("/recipes")["recipes"]
    assert (recipe["name"], recipe["songs"]) == (found.name, found.count)
    explained = corner.get(f"/playlists/{recipe['id']}")
    assert (explained["songs"], explained["comment"]) == ([*found.songs], found.comment)
    assert explained["recipe"] == "jazz corner"
    assert explained["wish"] == {"text": "jazz", "songs": 5, "genres": ["Jazz"], "per_artist": 5}
    assert explained["explanation"]["energy"].keys() <= {"measured", "estimated"}
    assert explained["explanation"]["model"] == "words"
    with script(house, "ben", url=corner.url) as ben:
        ben.get(f"/playlists/{recipe['id']}", 404)


def test_why_a_standing_list_could_not_be_filled_is_told_to_its_owner(house: House, tmp_path: Path) -> None:
    recipes = tmp_path / "mine.toml"
    why = 'no song fits: is = { genre = "Polka" } lets in 0 of 72 songs'
    recipes.write_text('[[recipe]]\nname = "Polka"\nall = [{ is = { genre = "Polka" } }]\n', encoding="utf-8")
    with house.proxy(recipes_path=str(recipes)) as url, script(house, url=url) as api:
        wanted = api.get("/recipes")["recipes"][0]["id"]
        assert api.get("/recipes")["recipes"][0]["reason"] == ""
        listener = house.listener()
        listener.url = url
        assert listener.ask("getPlaylist", id=wanted)["error"]["code"] == 70
        assert api.get("/recipes")["recipes"][0]["reason"] == why
        told = api.get(f"/playlists/{wanted}", 404)["detail"]
        assert told == f"This list is not shown now: {why}."
        with script(house, "ben", url=url) as ben:
            assert ben.get("/recipes")["recipes"][0]["reason"] == ""


def test_a_standing_list_is_explained_as_it_was_made(house: House, corner: Api) -> None:
    (recipe,) = corner.get("/recipes")["recipes"]
    listener = house.listener()
    listener.url = corner.url
    found = listener.open(recipe["id"])
    snapshots = Snapshots(house.path)
    made = snapshots.shelf("ana").snapshots["jazz corner"]
    told = Explanation(
        understood="Jazz",
        seconds=1,
        songs=1,
        energy=EnergyTold("build", None, 2, 3),
        notes=("few",),
        model="m",
    )
    explanation = msgspec.json.encode(told).decode()
    snapshots.put(structs.replace(made, wish='{"genres":["Jazz"]}', explanation=explanation))
    snapshots.close()
    explained = corner.get(f"/playlists/{recipe['id']}")
    assert explained["wish"] == {"genres": ["Jazz"]}
    assert explained["explanation"] == {
        "understood": "Jazz",
        "seconds": found.seconds,
        "songs": found.count,
        "energy": {"curve": "build", "measured": 2, "estimated": 3},
        "notes": ["few"],
        "model": "m",
    }


def test_what_was_hidden_is_shown_again(house: House, corner: Api) -> None:
    listener = house.listener()
    listener.url = corner.url
    listed = corner.get("/recipes")["recipes"][0]["id"]
    listener.open(listed)
    listener.ask("deletePlaylist", id=listed)
    assert corner.get("/recipes")["recipes"][0]["hidden"] is True
    assert listed not in listener.lists()
    assert corner.send("DELETE", "/recipes/jazz%20corner/hidden").status_code == 204
    assert listed in listener.lists()
    assert corner.send("PUT", "/recipes/Jazz corner/hidden").status_code == 204
    assert listed not in listener.lists()


def test_why_a_standing_list_is_not_explained_is_told(house: House, corner: Api) -> None:
    (recipe,) = corner.get("/recipes")["recipes"]
    assert "not made yet" in corner.get(f"/playlists/{recipe['id']}", 404)["detail"]
    corner.send("PUT", "/recipes/jazz corner/hidden")
    hidden = corner.get(f"/playlists/{recipe['id']}", 404)["detail"]
    assert "You have hidden this list." in hidden


def test_a_recipe_that_is_none_is_told(corner: Api) -> None:
    told(corner.send("PUT", "/recipes/nosuch/hidden"), 404)


# The list that waits to be renamed.


@pytest.fixture
def dsub(house: House) -> Iterator[tuple[Api, Listener]]:
    """A script and a client that is shown one, of one proxy."""
    with house.proxy(placeholder_clients="DSub") as url, script(house, url=url) as api:
        listener = house.listener(client="DSub")
        listener.url = url
        yield api, listener


def to_rename(api: Api) -> list[Json]:
    return [each for each in api.get("/recipes")["recipes"] if each["key"] == "ai rename me"]


def test_the_list_to_rename_is_told_hidden_and_shown_again(dsub: tuple[Api, Listener]) -> None:
    api, listener = dsub
    assert to_rename(api) == []
    (listed,) = (each for each in listener.lists().values() if each.name.startswith("AI rename me"))
    (shown,) = to_rename(api)
    assert (shown["id"], shown["name"], shown["songs"]) == (listed.id, listed.name, listed.count)
    listener.ask("deletePlaylist", id=listed.id)
    (hidden,) = to_rename(api)
    assert (hidden["hidden"], hidden["songs"]) == (True, 0)
    assert listed.id not in listener.lists()
    assert api.send("DELETE", f"/recipes/{listed.name}/hidden").status_code == 204
    assert listener.lists()[listed.id] == listed
    assert api.send("PUT", "/recipes/AI rename me/hidden").status_code == 204
    assert listed.id not in listener.lists()


def test_the_list_to_rename_is_nobody_elses(house: House, dsub: tuple[Api, Listener]) -> None:
    api, listener = dsub
    listener.lists()
    with script(house, "ben", url=api.url) as ben:
        assert to_rename(ben) == []
        told(ben.send("PUT", "/recipes/ai rename me/hidden"), 404)
        assert "made here" in ben.get(f"/playlists/{to_rename(api)[0]['id']}", 404)["detail"]


def test_the_list_to_rename_is_explained_once_it_was_renamed(dsub: tuple[Api, Listener]) -> None:
    api, listener = dsub
    listener.lists()
    waiting = to_rename(api)[0]["id"]
    assert "waits to be renamed" in api.get(f"/playlists/{waiting}", 404)["detail"]
    listener.update(waiting, name=f"ai: {PROMPT}")
    explained = api.get(f"/playlists/{waiting}")
    assert explained["name"] == f"ai: {PROMPT}"
    assert explained == api.get(f"/playlists/{explained['id']}")


# How things stand.


def test_status_tells_how_much_there_is_to_choose_from(house: House, api: Api) -> None:
    status = api.get("/status")
    songs = [song for song in house.world.songs.values() if not song.missing]
    assert status["tracks"] == len(songs)
    assert (status["user"], status["upstream"]) == ("ana", "navidrome")
    assert status["read_at"].startswith("2026-")


def test_the_description_is_there_for_everybody(house: House, api: Api) -> None:
    api.auth = None
    described = api.send("GET", "/openapi.json").json()
    assert described["openapi"] == "3.1.0"
    assert described["servers"] == [{"url": ROOT}]
    with house.proxy(base_url="/music") as url, script(house, url=f"{url}/music") as below:
        assert below.send("GET", "/openapi.json").json()["servers"] == [{"url": f"/music{ROOT}"}]
        assert below.get("/status")["user"] == "ana"


# Who is let in.


def test_subsonics_parameters_open_the_door_too(house: House, api: Api) -> None:
    api.auth = None
    listener = house.listener("ANA")
    assert api.send("GET", "/status", params=listener.credentials).json()["user"] == "ana"
    listener.by_token()
    token = {name: value for name, value in listener.credentials.items() if name in "uts"}
    assert api.send("GET", "/status", params=token).json()["user"] == "ana"


def test_a_stray_header_does_not_matter_beside_them(house: House, api: Api) -> None:
    api.auth = ("ben", "wrong")
    assert api.send("GET", "/status", params=house.listener().credentials).json()["user"] == "ana"


@pytest.mark.parametrize("told", ["c=script", "v=1.16.1", "u="])
def test_who_says_more_in_the_query_comes_in_by_basic(api: Api, told: str) -> None:
    assert api.send("GET", f"/status?{told}").json()["user"] == "ana"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic !",
        "Basic " + base64.b64encode(b"ana").decode(),
        "Basic " + base64.b64encode(b":secret").decode(),
        "Basic " + base64.b64encode(b"\xff:\xff").decode(),
        "Basic " + base64.b64encode(b"ana:wrong").decode(),
        "Bearer " + base64.b64encode(f"ana:{PASSWORDS['ana']}".encode()).decode(),
    ],
)
def test_nobody_else_comes_in(api: Api, header: str) -> None:
    api.auth = None
    response = api.send("POST", "/generate", json={"prompt": PROMPT}, headers={"authorization": header})
    told(response, 401)
    assert response.headers["www-authenticate"].startswith("Basic ")


def test_who_is_refused_is_asked_about_once_and_never_remembered(house: House, api: Api) -> None:
    api.auth = ("ana", "wrong")
    for times in (1, 2):
        api.get("/status", 401)
        assert house.calls("getUser") == times


# What goes wrong.


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ({}, 422),
        ({"prompt": None}, 422),
        ({"prompt": "jazz", "wish": {"text": "jazz"}}, 422),
        ({"prompt": 3}, 422),
        ({"prompt": "jazz", "length": 3}, 422),
        ({"prompt": "jazz", "songs": 0}, 422),
        ({"prompt": "jazz", "minutes": 1e9}, 422),
        ({"wish": {"years": [0, 1980]}}, 422),
        ({"wish": {"without_years": [0]}}, 422),
        ({"wish": {"stars": 6}}, 422),
        ({"wish": {"curve": "sideways"}}, 422),
        ({"wish": {"mood": "sad"}}, 422),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_sentence(api: Api, content: Json, status: int) -> None:
    api.post("/generate", content, status)


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"curve": "sideways"}, "Expected `str` of these: steady, build, wind down, peak, waves"),
        ({"curve": "steady\n"}, "Expected `str` of these: steady"),
        ({"version": "live\n"}, "Expected `str` of these: live, acoustic, remix"),
        ({"without_versions": [""]}, "Expected `str` of these: live, acoustic, remix"),
        ({"genres": ["Ja\x00zz"]}, "Expected `str` without control characters - at `$.wish.genres[0]`."),
        ({"text": "rain\n"}, "Expected `str` without control characters"),
    ],
)
def test_what_is_taken_is_told_in_words(api: Api, wish: Json, sentence: str) -> None:
    assert api.post("/generate", {"wish": wish}, 422)["detail"].startswith(sentence)


@pytest.mark.parametrize(
    "content",
    [
        {"wish": {"text": "jazz"}},
        {"prompt": "jazz", "name": "ai: soul"},
        *({"prompt": "jazz", "name": name} for name in ("", " ", "\u200b", "a\nb", "a\n", "a\x00b", "\x9f")),
    ],
)
def test_what_cannot_be_saved_is_refused_with_a_sentence(house: House, api: Api, content: Json) -> None:
    before = house.listener().lists()
    api.post("/playlists", content, 422)
    assert house.listener().lists() == before


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[" * 200_000, "application/json", 400),
        (b'{"prompt": "\xff"}', "application/json", 400),
        (b'{"prompt": "jazz"}', "text/plain", 415),
        (b'{"prompt": "jazz"}', "application/x-www-form-urlencoded", 415),
        (b'{"prompt": "' + b"x" * 300_000 + b'"}', "application/json", 413),
        (b'{"prompt": "jazz"}', "application/json; charset=utf-8", 200),
    ],
)
def test_a_body_is_json_and_says_so(api: Api, content: bytes, kind: str, status: int) -> None:
    told(api.send("POST", "/generate", content=content, headers={"content-type": kind}), status)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/generate", 405), ("POST", "/status", 405), ("GET", "/", 404), ("GET", "/nothing/here", 404)],
)
def test_what_is_not_there_is_no_endpoint_of_navidromes(
    house: House, api: Api, method: str, path: str, status: int
) -> None:
    told(api.send(method, path), status) if status != 404 else None
    assert api.send(method, path).status_code == status
    assert not house.world.requests


def test_a_bad_query_is_told(api: Api) -> None:
    told(api.send("GET", "/status?u=%zz"), 400)


def test_a_fault_of_upstreams_is_told(house: House, api: Api) -> None:
    house.world.faults["getUser"] = Fault.CRASH
    api.get("/status", 502)


def test_that_upstream_is_away_is_told(tmp_path: Path, house: House) -> None:
    with house.proxy(navidrome_url="http://127.0.0.1:9") as url, script(house, url=url) as api:
        assert api.get("/status", 502)["detail"] == "Navidrome cannot be reached."


def test_a_fault_of_ours_is_told_without_its_words(house: House) -> None:
    with broken(house) as url, script(house, url=url) as api:
        assert "Zero" not in api.post("/generate", {"prompt": PROMPT}, 500)["detail"]


def test_that_the_database_is_away_is_told(tmp_path: Path) -> None:
    with open_house(tmp_path, filled=False) as house, script(house) as api:
        house.path.rename(house.path.with_suffix(".away"))
        api.get("/status", 503)


def test_an_empty_library_gives_an_empty_list_that_says_so(tmp_path: Path) -> None:
    with open_house(tmp_path, filled=False) as house, script(house) as api:
        listed = api.post("/generate", {"prompt": PROMPT})
        assert listed["songs"] == []
        assert "refresh" in listed["comment"]
