"""What an operator may set, as far as ImageKit's clients notice."""

from __future__ import annotations

from harness import pictures, rules
from harness.api import Api
from harness.signing import signed


def test_avif_goes_to_those_who_name_it_once_allowed(own_server) -> None:
    api = Api(own_server(HALFTONE_IMAGEKIT__AUTO_AVIF="true"))
    file = api.put(pictures.jpeg(pictures.quadrants()), "a.jpg")
    assert api.picture(file, "w-60", headers={"Accept": "image/avif,image/webp,*/*"}).format in ("AVIF", "WEBP")
    assert api.picture(file, "w-60", headers={"Accept": "image/avif,*/*"}).format == "AVIF"
    assert api.picture(file, "w-60", headers={"Accept": "image/webp,*/*"}).format == "WEBP"
    assert api.picture(file, "w-60").format == "JPEG"


def test_webp_can_be_switched_off(own_server) -> None:
    api = Api(own_server(HALFTONE_IMAGEKIT__AUTO_WEBP="false"))
    file = api.put(pictures.jpeg(pictures.quadrants()), "a.jpg")
    assert api.picture(file, "w-60", headers={"Accept": "image/webp,*/*"}).format == "JPEG"


def test_an_account_may_demand_signatures(own_server) -> None:
    api = Api(own_server(HALFTONE_IMAGEKIT__SIGNED_ONLY="true"))
    file = api.put(pictures.png(pictures.quadrants()), "a.png")
    path = file["filePath"].lstrip("/")
    for rest in (path, f"tr:w-60/{path}", f"{path}?tr=w-60", f"tr:orig-true/{path}"):
        rules.check_refusal(api.get(f"{api.server.endpoint}/{rest}"), 401)
        assert api.get(f"{api.server.endpoint}/{signed(rest)}").status_code == 200


def test_an_account_may_allow_names_only(own_server) -> None:
    api = Api(own_server(HALFTONE_IMAGEKIT__NAMED_ONLY="true"))
    file = api.put(pictures.png(pictures.quadrants()), "a.png")
    path = file["filePath"].lstrip("/")
    for rest in (path, f"tr:n-ik_ml_thumbnail/{path}"):
        assert api.get(f"{api.server.endpoint}/{rest}").status_code == 200
    for rest in (f"tr:w-60/{path}", f"{path}?tr=w-60", signed(f"tr:w-60/{path}")):
        rules.check_refusal(api.get(f"{api.server.endpoint}/{rest}"), 400)


def test_the_public_url_is_the_one_that_was_set(own_server) -> None:
    api = Api(own_server(HALFTONE_SERVER__PUBLIC_URL="https://images.example.com/"))
    file = api.put(pictures.png(pictures.quadrants()), "a.png", folder="/x")
    assert file["url"] == "https://images.example.com/imagekit/demo/x/a.png"
    assert file["thumbnailUrl"] == "https://images.example.com/imagekit/demo/tr:n-ik_ml_thumbnail/x/a.png"
    assert api.details(file["fileId"])["url"] == file["url"]
    page = api.send("GET", api.server.origin + "/")
    assert "https://images.example.com/imagekit" in page.text
