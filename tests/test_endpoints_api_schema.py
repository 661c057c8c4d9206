"""The JSON API under schemathesis: whatever its description allows, and much that it does not."""

from __future__ import annotations

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import GenerationMode

from proxy.endpoints.api.document import described
from proxy.endpoints.api.routes import OPERATIONS
from tests.fake_navidrome import PASSWORDS
from tests.house import House

EXAMPLES = 15  # of each operation

config = schemathesis.Config()
config.projects.default.generation.update(modes=list(GenerationMode))
schema = schemathesis.openapi.from_dict(described(OPERATIONS), config=config)


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_described(standing: House, case: schemathesis.Case) -> None:
    case.call_and_validate(
        base_url=f"{standing.url}/playlistgen/api",
        auth=("ana", PASSWORDS["ana"]),
    )
