"""Rule 37 of the study of 25 clients: a list to rename, for clients that cannot create an empty one."""

from __future__ import annotations

import pytest

from proxy.playlists.name import prompt_of
from tests.clients.imitations import Tempus
from tests.house import House, Listener, genres

NEED_IT = ("DSub", "Tempus", "Tempo")
PROMPT = "ai: jazz 3 min"
FROM_IT = "AI rename me"


def waiting(client: Listener) -> dict[str, str]:
    """The names of those that wait to be renamed, by their ids."""
    return {each.id: each.name for each in client.lists().values() if each.name.startswith(FROM_IT)}


@pytest.mark.parametrize("client", NEED_IT)
def test_rule_37_there_is_one_list_to_rename(house: House, client: str) -> None:
    with house.proxy(placeholder_clients=", ".join(NEED_IT)) as url:
        ana = house.listener(client=client)
        ana.url = url
        ((found, name),) = waiting(ana).items()
        assert prompt_of(name, ["ai", "mix:"]) is None
        assert ana.open(found).count > 0
        other = house.listener(client="Feishin")
        other.url = url
        assert waiting(other) == {}


def test_rule_37_renamed_it_is_that_list_and_another_waits(house: House) -> None:
    with house.proxy(placeholder_clients=", ".join(NEED_IT)) as url:
        tempus = Tempus(house)
        tempus.listener.url = url
        ((before, _),) = waiting(tempus.listener).items()
        tempus.save(before, PROMPT)
        made = tempus.shown(str(tempus.named(PROMPT)["id"]))
        assert "Jazz" in genres(house, made)
        assert before not in waiting(tempus.listener)
        assert len(waiting(tempus.listener)) == 1
