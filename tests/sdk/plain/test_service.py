"""What is beside the dialect: health, readiness, metrics, start page."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

from harness import pictures
from harness.api import Api
from harness.server import PRIVATE_KEY, PUBLIC_KEY


def metrics(api: Api) -> dict[str, float]:
    """Every sample of the page by its name and labels."""
    answer = api.send("GET", f"{api.server.origin}/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    samples = {}
    for line in answer.text.splitlines():
        if line and not line.startswith("#"):
            name, value = line.rsplit(" ", 1)
            samples[name] = float(value)
    return samples


def renders(api: Api) -> float:
    return sum(value for name, value in metrics(api).items() if re.match(r"halftone_renders_total\b", name))


def test_health_and_readiness(api: Api) -> None:
    for path in ("/healthz", "/readyz"):
        for method in ("GET", "HEAD"):
            assert api.send(method, api.server.origin + path).status_code == 200


def test_metrics_count_requests(api: Api) -> None:
    def asked() -> float:
        return sum(value for name, value in metrics(api).items() if "requests_total" in name and "imagekit" in name)

    before = asked()
    for _ in range(3):
        api.list(limit=1)
    assert asked() >= before + 3


def test_a_second_request_renders_nothing(api: Api, folder: str) -> None:
    file = api.put(pictures.png(pictures.map_picture()), folder=folder)
    before = renders(api)
    first = api.get(file, "w-77")
    assert renders(api) == before + 1
    assert api.get(file, "w-77").content == first.content
    assert api.get(file, "w-77", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert renders(api) == before + 1


def test_equal_meanings_render_once(api: Api, folder: str) -> None:
    file = api.put(pictures.png(pictures.map_picture()), folder=folder)
    before = renders(api)
    for tr in ("w-78", "w-78,q-80", "w-78,nosuch-1", "c-maintain_ratio,w-78", "w-78:"):
        assert api.get(file, tr).status_code == 200
    assert renders(api) == before + 1


def test_many_askers_share_one_render(api: Api, folder: str) -> None:
    file = api.put(pictures.jpeg(pictures.photo(1600, 1200)), "a.jpg", folder=folder)
    before = renders(api)
    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda _: api.get(file, "w-333"), range(64)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert renders(api) == before + 1


def test_the_start_page_tells_where_things_are_and_no_secrets(api: Api) -> None:
    answer = api.send("GET", api.server.origin + "/", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert f"{api.server.origin}/imagekit" in answer.text
    assert PRIVATE_KEY not in answer.text and PUBLIC_KEY not in answer.text


def test_the_start_page_names_every_dialect_and_its_document(api: Api) -> None:
    page = api.send("GET", api.server.origin + "/", headers={"Accept": "text/html"}).text
    for place in ("/imagekit/demo", "/pixelbin/v2/demo", "/sams", "/photoprism", "/glean/rest/api/v1"):
        assert f"<code>{api.server.origin}{place}</code>" in page, place
    documents = re.findall(r'href="(/docs/[a-z-]+)"', page)
    assert {f"/docs/{name}" for name in ("imagekit", "pixelbin", "sams", "photoprism", "glean")} <= set(documents)
    for document in documents:
        assert api.send("GET", api.server.origin + document).text.startswith("# "), document


def test_nothing_public_holds_the_private_key(api: Api) -> None:
    for path in ("/", "/metrics", "/healthz", "/readyz", "/nosuch", "/imagekit", "/imagekit/", "/imagekit/demo"):
        assert PRIVATE_KEY not in api.send("GET", api.server.origin + path).text, path
