"""The OpenAPI document and the routes are held together."""

from typing import Any

from flask import Flask

from tests.web.conftest import Api, json_of
from tests.web.test_matrix import routes
from web import openapi


def _document(nobody: Api) -> dict[str, Any]:
    document: dict[str, Any] = json_of(nobody.get("/openapi.json"))
    return document


def test_every_route_of_the_api_is_documented_and_nothing_else(app: Flask, nobody: Api) -> None:
    documented = {f"{method.upper()} /api/v1{path}" for path, methods in _document(nobody)["paths"].items() for method in methods}
    assert documented == {name for name, _, _ in routes(app) if "/api/" in name} - {"GET /api/v1/openapi.json"}


def test_operations_have_a_name_a_summary_and_their_refusals(nobody: Api) -> None:
    names = []
    for methods in _document(nobody)["paths"].values():
        for method, operation in methods.items():
            names.append(operation["operationId"])
            assert operation["summary"]
            assert {"401", "422", "503"} <= set(operation["responses"])
            assert any(status.startswith("2") for status in operation["responses"])
            headers = [parameter["name"] for parameter in operation["parameters"] if parameter.get("in") == "header"]
            assert ("Idempotency-Key" in headers) == (method == "post")
    assert len(set(names)) == len(names)


def test_every_reference_leads_somewhere(nobody: Api) -> None:
    document = _document(nobody)
    schemas = document["components"]["schemas"]

    def follow(part: Any) -> None:
        if isinstance(part, dict):
            if "$ref" in part:
                assert part["$ref"].removeprefix("#/components/schemas/") in schemas
            for inner in part.values():
                follow(inner)
        elif isinstance(part, list):
            for inner in part:
                follow(inner)

    follow(document)
    assert {"UserTask", "Problem", "Instance", "BoxItemPage"} <= set(schemas)
    assert {"code", "fields", "findings", "request_id"} <= set(schemas["Problem"]["properties"])


def test_the_document_is_made_once(app: Flask, nobody: Api) -> None:
    assert _document(nobody) == _document(nobody)
    assert openapi.document(app) == app.extensions["banjie.openapi"]
