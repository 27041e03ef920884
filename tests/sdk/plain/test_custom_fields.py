"""Custom metadata fields: definitions, values on files, search. Spec section 9."""

from __future__ import annotations

import json
import uuid

import pytest
from harness import pictures
from harness.api import Api

FIELDS = "/v1/customMetadataFields"
UNKNOWN = "64b0c0ffee64b0c0ffee64b0"
SMALL = pictures.tiny(7)


def fresh() -> str:
    """A name that no other test uses: names are taken for ever."""
    return "f" + uuid.uuid4().hex[:12]


def create(api: Api, schema: dict, status: int = 201, **more: object) -> dict:
    name = fresh()
    return api.ask("POST", FIELDS, status, {"name": name, "label": f"Label {name}", "schema": schema, **more})


@pytest.fixture
def field(api: Api):
    """Makes fields, and deletes them afterwards, so that required ones do not meddle with other tests."""
    made = []

    def make(type: str, **keys: object) -> str:
        created = create(api, {"type": type, **keys})
        made.append(created["id"])
        return created["name"]

    yield make
    for id in made:
        api.ask("DELETE", f"{FIELDS}/{id}", 204)


# Definitions

SCHEMAS = [
    {"type": "Text"},
    {"type": "Text", "minLength": 2, "maxLength": 5, "isValueRequired": True, "defaultValue": "abc"},
    {"type": "Textarea", "maxLength": 500},
    {"type": "Number", "minValue": -5, "maxValue": 2.5, "defaultValue": 0},
    {"type": "Date", "minValue": "2020-01-01T00:00:00.000Z", "maxValue": "2030-01-01T00:00:00.000Z"},
    {"type": "Boolean", "isValueRequired": True, "defaultValue": False},
    {"type": "SingleSelect", "selectOptions": ["a", 30, True], "defaultValue": 30},
    {"type": "MultiSelect", "selectOptions": ["a", 30, True], "isValueRequired": True, "defaultValue": ["a", True]},
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_every_type_is_created_and_listed(api: Api, schema: dict) -> None:
    made = create(api, schema)
    assert set(made) >= {"id", "name", "label", "schema"}
    assert made["schema"] == schema
    assert made in api.ask("GET", FIELDS, 200)
    api.ask("DELETE", f"{FIELDS}/{made['id']}", 204)


def test_a_description_is_kept_and_has_a_limit(api: Api) -> None:
    made = create(api, {"type": "Text"}, description="d" * 500)
    assert made.get("description", "d" * 500) == "d" * 500
    api.ask("DELETE", f"{FIELDS}/{made['id']}", 204)
    assert "description" in str(create(api, {"type": "Text"}, 400, description="d" * 501))


@pytest.mark.parametrize(
    ("schema", "offending"),
    [
        ({"type": "Nosuch"}, ["type"]),
        ({}, ["type"]),
        ({"type": 5}, ["type"]),
        ({"type": "Text", "minLength": "a"}, ["minLength"]),
        ({"type": "Text", "minLength": -1}, ["minLength"]),
        ({"type": "Text", "minValue": 5}, ["minValue"]),
        ({"type": "Number", "minValue": "a", "maxLength": 5}, ["minValue", "maxLength"]),
        ({"type": "Number", "selectOptions": ["a"]}, ["selectOptions"]),
        ({"type": "Date", "minValue": "yesterday"}, ["minValue"]),
        ({"type": "Date", "minValue": 5}, ["minValue"]),
        ({"type": "Boolean", "minLength": 5}, ["minLength"]),
        ({"type": "SingleSelect"}, ["selectOptions"]),
        ({"type": "SingleSelect", "selectOptions": []}, ["selectOptions"]),
        ({"type": "MultiSelect", "selectOptions": "a"}, ["selectOptions"]),
        ({"type": "SingleSelect", "selectOptions": [{"a": 1}]}, ["selectOptions"]),
        ({"type": "Text", "isValueRequired": True}, ["defaultValue"]),
        ({"type": "Text", "isValueRequired": "yes", "defaultValue": "a"}, ["isValueRequired"]),
        ({"type": "Text", "defaultValue": 5}, ["defaultValue"]),
        ({"type": "Text", "minLength": 3, "defaultValue": "ab"}, ["defaultValue"]),
        ({"type": "Number", "defaultValue": "5"}, ["defaultValue"]),
        ({"type": "Number", "maxValue": 5, "defaultValue": 6}, ["defaultValue"]),
        ({"type": "Boolean", "defaultValue": "true"}, ["defaultValue"]),
        ({"type": "SingleSelect", "selectOptions": [30], "defaultValue": "30"}, ["defaultValue"]),
        ({"type": "MultiSelect", "selectOptions": ["a"], "defaultValue": "a"}, ["defaultValue"]),
        ({"type": "MultiSelect", "selectOptions": ["a"], "defaultValue": ["a", "b"]}, ["defaultValue"]),
        ({"type": "Text", "nosuch": 1}, ["nosuch"]),
    ],
    ids=str,
)
def test_a_schema_that_is_wrong_names_every_key(api: Api, schema: dict, offending: list[str]) -> None:
    body = create(api, schema, 400)
    assert body["message"] == "Invalid field object"
    assert set(body["errors"]) == set(offending), body["errors"]
    assert all(isinstance(why, str) and why for why in body["errors"].values())


def test_the_words_of_two_errors(api: Api) -> None:
    errors = create(api, {"type": "Number", "minValue": "a", "maxLength": 5}, 400)["errors"]
    assert errors == {"minValue": "should be of type number", "maxLength": "not allowed for this type"}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "Text", "minLength": 5, "maxLength": 2},
        {"type": "Number", "minValue": 5, "maxValue": 2},
        {"type": "Date", "minValue": "2030-01-01T00:00:00Z", "maxValue": "2020-01-01T00:00:00Z"},
    ],
    ids=str,
)
def test_ranges_are_not_upside_down(api: Api, schema: dict) -> None:
    assert create(api, schema, 400)["errors"]


@pytest.mark.parametrize("missing", ["name", "label", "schema"])
def test_what_is_missing_is_named(api: Api, missing: str) -> None:
    name = fresh()
    body = {"name": name, "label": name, "schema": {"type": "Text"}}
    del body[missing]
    assert missing in str(api.ask("POST", FIELDS, 400, body))
    assert name not in str(api.ask("GET", FIELDS, 200))


def test_names_are_taken_for_ever_and_labels_while_they_live(api: Api) -> None:
    made = create(api, {"type": "Text"})
    other = fresh()
    schema = {"type": "Text"}
    api.ask("POST", FIELDS, 400, {"name": made["name"], "label": other, "schema": schema})
    api.ask("POST", FIELDS, 400, {"name": other, "label": made["label"], "schema": schema})
    api.ask("DELETE", f"{FIELDS}/{made['id']}", 204)
    api.ask("POST", FIELDS, 400, {"name": made["name"], "label": other, "schema": schema})
    again = api.ask("POST", FIELDS, 201, {"name": other, "label": made["label"], "schema": schema})
    api.ask("DELETE", f"{FIELDS}/{again['id']}", 204)


def test_deleted_fields_are_listed_on_demand(api: Api) -> None:
    made = create(api, {"type": "Text"})

    def listed(**params: str) -> set[str]:
        return {one["id"] for one in api.ask("GET", FIELDS, 200, params=params)}

    assert made["id"] in listed()
    api.ask("DELETE", f"{FIELDS}/{made['id']}", 204)
    assert made["id"] not in listed() | listed(includeDeleted="false")
    assert made["id"] in listed(includeDeleted="true")
    api.ask("DELETE", f"{FIELDS}/{made['id']}", 404)


@pytest.mark.parametrize("query", ["includeDeleted=perhaps"])
def test_malformed_options_of_the_list_are_400(api: Api, query: str) -> None:
    api.ask("GET", f"{FIELDS}?{query}", 400)


def test_the_list_may_name_a_folder(api: Api) -> None:
    assert isinstance(api.ask("GET", FIELDS, 200, params={"folderPath": "/x"}), list)


# Changing a definition


def test_given_keys_replace_and_others_stay(api: Api) -> None:
    made = create(api, {"type": "Number", "minValue": 1, "maxValue": 5})
    path = f"{FIELDS}/{made['id']}"
    changed = api.ask("PATCH", path, 200, {"schema": {"maxValue": 9}})
    assert changed["schema"] == {"type": "Number", "minValue": 1, "maxValue": 9}
    label = fresh()
    changed = api.ask("PATCH", path, 200, {"label": label})
    assert (changed["label"], changed["name"], changed["schema"]["maxValue"]) == (label, made["name"], 9)
    # SDK 3.x sends the label as null when it is not set, and the type counts for nothing.
    changed = api.ask("PATCH", path, 200, {"label": None, "schema": {"type": "Text", "minValue": 2}})
    assert (changed["label"], changed["schema"]) == (label, {"type": "Number", "minValue": 2, "maxValue": 9})
    api.ask("PATCH", path, 400, {"label": None})
    api.ask("PATCH", path, 400, {})
    assert api.ask("PATCH", path, 400, {"schema": {"minLength": 5}})["errors"] == {"minLength": "not allowed for this type"}
    api.ask("PATCH", path, 400, {"schema": {"minValue": 10}})
    assert changed in api.ask("GET", FIELDS, 200)
    api.ask("DELETE", path, 204)


def test_a_label_stays_unique(api: Api) -> None:
    one, other = create(api, {"type": "Text"}), create(api, {"type": "Text"})
    api.ask("PATCH", f"{FIELDS}/{one['id']}", 400, {"label": other["label"]})
    api.ask("PATCH", f"{FIELDS}/{one['id']}", 200, {"label": one["label"]})
    for made in (one, other):
        api.ask("DELETE", f"{FIELDS}/{made['id']}", 204)


@pytest.mark.parametrize("id", [UNKNOWN, "nonsense"])
def test_an_unknown_field_is_404(api: Api, id: str) -> None:
    api.ask("PATCH", f"{FIELDS}/{id}", 404, {"label": "x"})
    api.ask("DELETE", f"{FIELDS}/{id}", 404)


# Values


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "Text", "minLength": 2, "maxLength": 4}, ["ab", "äöüß"], [5, "a", "abcde", True, ["ab"], {}]),
        ({"type": "Textarea"}, ["a\nb", ""], [1.5, False]),
        ({"type": "Number", "minValue": -2, "maxValue": 3.5}, [-2, 0, 3.5], ["1", -3, 4, True]),
        (
            {"type": "Date", "minValue": "2020-01-01T00:00:00Z"},
            ["2020-01-01T00:00:00.000Z", "2024-05-17T08:09:10+02:00"],
            ["2019-12-31T00:00:00Z", "tomorrow", 5, "2024-13-01T00:00:00Z"],
        ),
        ({"type": "Boolean"}, [True, False], ["true", 1, 0]),
        ({"type": "SingleSelect", "selectOptions": ["a", 30, True]}, ["a", 30, True], ["30", "b", False, ["a"]]),
        ({"type": "MultiSelect", "selectOptions": ["a", 30, True]}, [["a"], ["a", 30, True]], ["a", ["b"], ["30"], [["a"]]]),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else "",
)
def test_values_are_validated(api: Api, folder: str, field, schema: dict, good: list, bad: list) -> None:
    name = field(**schema)
    id = api.put(SMALL, folder=folder)["fileId"]
    for value in good:
        assert api.update(id, customMetadata={name: value})["customMetadata"][name] == value
    kept = api.details(id)["customMetadata"]
    for value in bad:
        body = api.ask("PATCH", f"/v1/files/{id}/details", 400, {"customMetadata": {name: value}})
        assert set(body["errors"]) == {name}, body
        answer = api.upload(SMALL, folder=folder + "/bad", customMetadata=json.dumps({name: value}))
        assert answer.status_code == 400 and name in answer.json()["errors"], answer.text
    assert api.details(id)["customMetadata"] == kept
    assert api.list(path=folder + "/bad") == []


def test_values_are_merged_key_by_key(api: Api, folder: str, field) -> None:
    one, other = field("Text"), field("Number")
    id = api.put(SMALL, folder=folder, customMetadata=f'{{"{one}": "a"}}')["fileId"]
    assert api.update(id, customMetadata={other: 5})["customMetadata"] == {one: "a", other: 5}
    assert api.update(id, customMetadata={one: None})["customMetadata"] == {other: 5}
    assert api.update(id, customMetadata={other: None})["customMetadata"] == {}


def test_every_wrong_value_is_named(api: Api, folder: str, field) -> None:
    one, other = field("Text"), field("Number")
    id = api.put(SMALL, folder=folder)["fileId"]
    body = api.ask("PATCH", f"/v1/files/{id}/details", 400, {"customMetadata": {one: 5, other: "x", "no_such": 1}})
    assert set(body["errors"]) == {one, other, "no_such"}


def test_values_come_with_the_answer_to_an_upload(api: Api, folder: str, field) -> None:
    name = field("Text")
    file = api.put(SMALL, folder=folder, customMetadata=f'{{"{name}": "a"}}', responseFields="customMetadata")
    assert file["customMetadata"] == {name: "a"}
    assert api.details(file["fileId"])["customMetadata"] == {name: "a"}


@pytest.mark.parametrize(
    ("more", "kept"),
    [
        ({}, False),
        ({"overwriteCustomMetadata": True}, False),
        ({"overwriteCustomMetadata": False}, True),
    ],
    ids=str,
)
def test_what_happens_to_values_on_overwrite(api: Api, folder: str, field, more: dict, kept: bool) -> None:
    name, other = field("Text"), field("Text")
    api.put(SMALL, folder=folder, customMetadata=f'{{"{name}": "a"}}')
    file = api.put(pictures.tiny(8), folder=folder, responseFields="customMetadata", **more)
    assert file["customMetadata"] == ({name: "a"} if kept else {})
    again = api.put(
        pictures.tiny(9), folder=folder, responseFields="customMetadata", customMetadata=f'{{"{other}": "b"}}', **more
    )
    assert again["customMetadata"] == {other: "b"}, "given values always win"


def test_defaults_are_filled_in(api: Api, folder: str, field) -> None:
    required = field("Text", isValueRequired=True, defaultValue="abc")
    plain = field("Number", defaultValue=5)
    file = api.put(SMALL, folder=folder, responseFields="customMetadata")
    assert file["customMetadata"] == {required: "abc", plain: 5}
    given = api.put(SMALL, "b.png", folder=folder, responseFields="customMetadata", customMetadata=f'{{"{plain}": 6}}')
    assert given["customMetadata"] == {required: "abc", plain: 6}


def test_a_copy_has_the_values(api: Api, folder: str, field) -> None:
    name = field("Text")
    file = api.put(SMALL, "a.png", folder=folder, customMetadata=f'{{"{name}": "a"}}')
    body = {"sourceFilePath": file["filePath"], "destinationPath": folder + "/copy"}
    api.ask("POST", "/v1/files/copy", 204, body)
    assert api.list(path=folder + "/copy")[0]["customMetadata"] == {name: "a"}


def test_deleted_fields_take_no_values(api: Api, folder: str) -> None:
    made = create(api, {"type": "Text"})
    api.ask("DELETE", f"{FIELDS}/{made['id']}", 204)
    assert api.upload(SMALL, folder=folder, customMetadata=f'{{"{made["name"]}": "a"}}').status_code == 400


# Searching


def test_fields_are_searched(api: Api, folder: str, field) -> None:
    text, number, date, flag = field("Text"), field("Number"), field("Date"), field("Boolean")
    single = field("SingleSelect", selectOptions=["red", "blue", 5, 7])
    multi = field("MultiSelect", selectOptions=["x", "y", "z"])
    values = {
        "a.png": {text: "Big Red Car", number: 5, date: "2024-01-01T00:00:00Z", flag: True, single: "red", multi: ["x", "y"]},
        "b.png": {text: "big", number: -1.5, date: "2025-01-01T00:00:00Z", flag: False, single: 5, multi: ["z"]},
        "c.png": {},
    }
    for name, custom in values.items():
        id = api.put(SMALL, name, folder=folder)["fileId"]
        if custom:
            api.update(id, customMetadata=custom)

    def found(clause: str, of: str) -> list[str]:
        query = f'"customMetadata.{of}" {clause}'
        return [item["name"] for item in api.search(query, path=folder, sort="ASC_NAME")]

    for of, clause, expected in [
        (text, '= "big"', ["b.png"]),
        (text, ': "Big"', ["a.png"]),
        (text, 'IN ["big", "x"]', ["b.png"]),
        (text, 'NOT = "big"', ["a.png", "c.png"]),
        (text, 'NOT IN ["big"]', ["a.png", "c.png"]),
        (text, 'HAS "car red"', ["a.png"]),
        (text, "EXISTS", ["a.png", "b.png"]),
        (text, "NOT EXISTS", ["c.png"]),
        (number, "= 5", ["a.png"]),
        (number, "< 0", ["b.png"]),
        (number, ">= -1.5", ["a.png", "b.png"]),
        (number, "IN [5, 6]", ["a.png"]),
        (number, "NOT = 5", ["b.png", "c.png"]),
        (date, '> "2024-06-01"', ["b.png"]),
        (date, '<= "2024-01-01T00:00:00Z"', ["a.png"]),
        (flag, "= true", ["a.png"]),
        (flag, "= false", ["b.png"]),
        (single, '= "red"', ["a.png"]),
        (single, "= 5", ["b.png"]),
        (single, "> 4", ["b.png"]),
        (single, 'IN ["red", 5]', ["a.png", "b.png"]),
        (multi, 'IN ["y"]', ["a.png"]),
        (multi, 'NOT IN ["y"]', ["b.png", "c.png"]),
        (multi, "EXISTS", ["a.png", "b.png"]),
    ]:
        assert found(clause, of) == expected, (clause, of)


@pytest.mark.parametrize(
    ("type", "clause"), [("Number", ': "5"'), ("Boolean", "> true"), ("MultiSelect", '= "x"'), ("Text", "> 5"), ("Date", 'HAS "x"')]
)
def test_operators_that_a_field_lacks_are_400(api: Api, field, type: str, clause: str) -> None:
    name = field(type, **({"selectOptions": ["x"]} if type == "MultiSelect" else {}))
    api.ask("GET", "/v1/files", 400, params={"searchQuery": f'"customMetadata.{name}" {clause}'})


def test_folders_have_an_object_for_values(api: Api, folder: str) -> None:
    api.ask("POST", "/v1/folder", 201, {"folderName": "x", "parentFolderPath": folder})
    assert api.list(path=folder, type="folder")[0]["customMetadata"] == {}


def test_selected_fields_are_described(api: Api, folder: str) -> None:
    file = api.put(SMALL, folder=folder, responseFields="selectedFieldsSchema")
    assert isinstance(file["selectedFieldsSchema"], dict)
