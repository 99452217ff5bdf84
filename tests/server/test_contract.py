"""The description at /openapi.json is true: drawn requests find no fault and no answer it does not name."""

import hypothesis
import pytest
import schemathesis
from hypothesis import strategies
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from limner.server.app import ROUTERS

OPERATIONS = sorted(
    (method, route.path) for module in ROUTERS for route in module.router.routes for method in route.methods
)
SETTINGS = hypothesis.settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def described(api):
    """The description, of a server over a copy: drawn requests may erase whom they like."""
    return schemathesis.openapi.from_url(f"{api.base_url}/openapi.json")


@pytest.mark.parametrize("operation", OPERATIONS, ids=" ".join)
def test_an_answer_is_one_of_those_described(described, operation):
    method, path = operation

    @SETTINGS
    @hypothesis.given(case=described[path][method].as_strategy(), known=strategies.booleans())
    def ask(case, known):
        if known and "user_id" in (case.path_parameters or {}):
            case.path_parameters["user_id"] = "u0007"  # a letter is seldom drawn that is somebody's id
        case.call_and_validate(checks=CHECKS)

    ask()


def test_every_operation_has_an_example_a_key_and_its_errors(api):
    described = api.get("/openapi.json").json()
    operations = {
        f"{method} {path}": operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }

    def show(operation):
        return next(iter(operation["responses"].values()))["content"]

    without_example = [name for name, one in operations.items() if "application/json" in show(one)
                       and "example" not in show(one)["application/json"]]  # fmt: skip
    without_errors = [
        name for name, one in operations.items() if not {"401", "429", "500"} <= set(one["responses"])
    ]
    without_key = {name for name, one in operations.items() if "security" not in one}
    assert len(operations) >= 20
    assert without_example == []
    assert without_errors == []
    assert without_key == {"get /healthz", "get /readyz"}
