"""Every endpoint of the API: credentials, headers, slashes, methods, malformed bodies. Spec 1, 1.1, 2, 3.1 and 3.2."""

from __future__ import annotations

import pytest
from harness import pictures, rules
from harness.api import Api

U = "64b0c0ffee64b0c0ffee64b0"

#: Method and path; whether a body of JSON belongs to it.
ENDPOINTS = [
    ("GET", "/v1/files", False),
    ("GET", f"/v1/files/{U}/details", False),
    ("PATCH", f"/v1/files/{U}/details", True),
    ("DELETE", f"/v1/files/{U}", False),
    ("GET", f"/v1/files/{U}/versions", False),
    ("GET", f"/v1/files/{U}/versions/{U}", False),
    ("DELETE", f"/v1/files/{U}/versions/{U}", False),
    ("PUT", f"/v1/files/{U}/versions/{U}/restore", False),
    ("POST", "/v1/files/batch/deleteByFileIds", True),
    ("POST", "/v1/files/addTags", True),
    ("POST", "/v1/files/removeTags", True),
    ("POST", "/v1/files/removeAITags", True),
    ("POST", "/v1/files/copy", True),
    ("POST", "/v1/files/move", True),
    ("PUT", "/v1/files/rename", True),
    ("POST", "/v1/folder", True),
    ("DELETE", "/v1/folder", True),
    ("POST", "/v1/bulkJobs/copyFolder", True),
    ("POST", "/v1/bulkJobs/moveFolder", True),
    ("POST", "/v1/bulkJobs/renameFolder", True),
    ("GET", f"/v1/bulkJobs/{U}", False),
    ("POST", "/v1/files/purge", True),
    ("GET", f"/v1/files/purge/{U}", False),
    ("GET", f"/v1/files/{U}/metadata", False),
    ("GET", "/v1/metadata", False),
    ("POST", "/v1/customMetadataFields", True),
    ("GET", "/v1/customMetadataFields", False),
    ("PATCH", f"/v1/customMetadataFields/{U}", True),
    ("DELETE", f"/v1/customMetadataFields/{U}", False),
    ("POST", "/v1/named-transformations", True),
    ("GET", "/v1/named-transformations", False),
    ("GET", f"/v1/named-transformations/{U}", False),
    ("PATCH", f"/v1/named-transformations/{U}", True),
    ("DELETE", f"/v1/named-transformations/{U}", False),
    ("POST", "/v1/saved-extensions", True),
    ("GET", "/v1/saved-extensions", False),
    ("GET", f"/v1/saved-extensions/{U}", False),
    ("PATCH", f"/v1/saved-extensions/{U}", True),
    ("DELETE", f"/v1/saved-extensions/{U}", False),
    ("POST", "/v1/accounts/webhooks", True),
    ("GET", "/v1/accounts/webhooks", False),
    ("GET", f"/v1/accounts/webhooks/{U}", False),
    ("PATCH", f"/v1/accounts/webhooks/{U}", True),
    ("DELETE", f"/v1/accounts/webhooks/{U}", False),
    ("POST", "/v1/accounts/origins", True),
    ("GET", "/v1/accounts/origins", False),
    ("GET", f"/v1/accounts/origins/{U}", False),
    ("PUT", f"/v1/accounts/origins/{U}", True),
    ("DELETE", f"/v1/accounts/origins/{U}", False),
    ("POST", "/v1/accounts/url-endpoints", True),
    ("GET", "/v1/accounts/url-endpoints", False),
    ("GET", f"/v1/accounts/url-endpoints/{U}", False),
    ("PUT", f"/v1/accounts/url-endpoints/{U}", True),
    ("DELETE", f"/v1/accounts/url-endpoints/{U}", False),
    ("GET", "/v1/accounts/usage", False),
    ("GET", "/v1/accounts/usage-analytics", False),
]

every = pytest.mark.parametrize(("method", "path", "takes_json"), ENDPOINTS, ids=lambda value: str(value).replace(U, "ID"))


@every
def test_without_credentials_it_is_401_and_with_wrong_ones_403(api: Api, method: str, path: str, takes_json: bool) -> None:
    body = {"json": {}} if takes_json else {}
    rules.check_error(api.call(method, path, auth=None, **body), 401)
    rules.check_error(api.call(method, path, auth=("wrong", "do_not_set"), **body), 403)


@every
def test_every_answer_has_its_headers(api: Api, method: str, path: str, takes_json: bool) -> None:
    for spelling in (path, path + "/"):
        answer = api.call(method, spelling, **({"json": {}} if takes_json else {}))
        assert answer.status_code in (200, 400, 404), f"{answer.status_code}: {answer.text[:300]}"
        for name in ("X-RateLimit-Limit", "X-RateLimit-Interval", "X-RateLimit-Reset"):
            assert int(answer.headers[name]) >= 0, name
        assert answer.headers["x-ik-requestId"]
        if answer.status_code != 200:
            rules.check_error(answer, 400, 404)
            assert "no API endpoint" not in answer.json()["message"], "the endpoint is not there"


@every
def test_bodies_that_are_no_object_are_400(api: Api, method: str, path: str, takes_json: bool) -> None:
    if not takes_json:
        # Nothing is read where nothing is expected.
        answer = api.call(method, path, data="{broken", headers={"Content-Type": "application/json"})
        assert answer.status_code in (200, 400, 404)
        return
    for body in ("[]", "{", "null", '"x"', "[" * 100_000, '{"a":' * 200):
        answer = api.call(method, path, data=body, headers={"Content-Type": "application/json"})
        rules.check_error(answer, 400, 404)


@every
def test_a_body_over_the_limit_is_refused(api: Api, method: str, path: str, takes_json: bool) -> None:
    if takes_json:
        body = '{"x": "' + "a" * 3_000_000 + '"}'
        answer = api.call(method, path, data=body, headers={"Content-Type": "application/json"})
        rules.check_error(answer, 400, 404, 413)


@pytest.mark.parametrize("path", sorted({path for _, path, _ in ENDPOINTS}))
def test_other_methods_are_refused_in_json(api: Api, path: str) -> None:
    known = {method for method, other, _ in ENDPOINTS if other == path}
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - known:
        # `/v1/files/{id}` also takes words such as `addTags` for an id.
        rules.check_error(api.call(method, path), 400, 404, 405)


# The routing trap: words and ids share a prefix


@pytest.mark.parametrize("word", ["addTags", "removeTags", "removeAITags", "copy", "move", "rename", "purge", "batch"])
def test_words_are_no_ids(api: Api, word: str) -> None:
    rules.check_error(api.call("GET", f"/v1/files/{word}/details"), 404, 405)
    rules.check_error(api.call("DELETE", f"/v1/files/{word}"), 404, 405)


def test_ids_of_other_kinds_are_unknown(api: Api, folder: str) -> None:
    file = api.put(pictures.tiny(1), "a.png", folder=folder)["fileId"]
    (found,) = [item for item in api.list(type="folder", path="/", limit=1000) if item["folderPath"] == folder]
    api.ask("GET", f"/v1/files/{found['folderId']}/details", 404)
    for path in ("/v1/bulkJobs/", "/v1/files/purge/", "/v1/named-transformations/", "/v1/accounts/webhooks/"):
        api.ask("GET", path + file, 404)


# 207 and 409 cannot be provoked everywhere; where a conflict can be, clients are told not to try again: see
# test_moving.py, test_folder_jobs.py and test_account.py.
