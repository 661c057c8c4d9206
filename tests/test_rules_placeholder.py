"""Rule 37 of the study of 25 clients: a list to rename, for clients that cannot create an empty one."""

from __future__ import annotations

import pytest

from proxy.playlists.name import prompt_of
from tests.clients.imitations import Tempus
from tests.house import WAYS, House, Listener, Way, genres

NEED_IT = ("DSub", "Tempus", "Tempo")
PROMPT = "ai: jazz 3 min"
FROM_IT = "AI rename me"


def waiting(client: Listener) -> dict[str, str]:
    """The names of those that wait to be renamed, by their ids."""
    return {each.id: each.name for each in client.lists().values() if each.name.startswith(FROM_IT)}


@pytest.mark.parametrize("client", NEED_IT)
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_rule_37_there_is_one_list_to_rename(house: House, way: Way, client: str) -> None:
    ana, other = house.listener("ana", way, client), house.listener("ana", way, "Feishin")
    with house.proxy(placeholder_clients=", ".join(NEED_IT)) as ana.url:
        ((found, name),) = waiting(ana).items()
        assert prompt_of(name, ["ai", "mix:"]) is None
        assert ana.open(found).count > 0
        other.url = ana.url
        assert waiting(other) == {}


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_rule_37_renamed_it_is_that_list_and_another_waits(house: House, way: Way) -> None:
    tempus = Tempus(house)
    tempus.listener.way = way
    with house.proxy(placeholder_clients=", ".join(NEED_IT)) as tempus.listener.url:
        ((before, _),) = waiting(tempus.listener).items()
        tempus.rename(before, PROMPT)
        made = tempus.shown(str(tempus.named(PROMPT)["id"]))
        assert "Jazz" in genres(house, made)
        assert before not in waiting(tempus.listener)
        assert len(waiting(tempus.listener)) == 1
