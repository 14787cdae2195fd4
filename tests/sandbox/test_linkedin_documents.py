"""Documents on the simulated LinkedIn: what is taken, whose it is, and how a post shows one."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from publishers.sandbox import accounts, files
from publishers.sandbox.models import Picture, RemotePost
from publishers.sandbox.platforms.linkedin import documents
from tests.sandbox.conftest import picture
from tests.sandbox.linkedin import MEMBER, body, first_error, ines, organization, page, person, rest

__all__ = ["ines", "page", "rest"]


def pdf(pages=2, size="1000 750"):
    """By hand, as small as one can be."""
    kids = " ".join(f"{number} 0 R" for number in range(3, 3 + pages))
    objects = ["/Type /Catalog /Pages 2 0 R", f"/Type /Pages /Kids [{kids}] /Count {pages}"]
    objects += [f"/Type /Page /Parent 2 0 R /MediaBox [0 0 {size}]"] * pages
    out, starts = b"%PDF-1.4\n", []
    for number, facts in enumerate(objects, 1):
        starts.append(len(out))
        out += f"{number} 0 obj\n<< {facts} >>\nendobj\n".encode()
    rows = "".join(f"{start:010} 00000 n \n" for start in starts)
    count, start = len(objects) + 1, len(out)
    table = f"xref\n0 {count}\n0000000000 65535 f \n{rows}"
    trailer = f"trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return out + (table + trailer).encode()


def begun(api, owner):
    wanted = {"initializeUploadRequest": {"owner": owner}}
    answer = api.post("rest/documents?action=initializeUpload", json=wanted)
    assert answer.status_code == 200, answer.text
    return answer.json()["value"]


def uploaded(api, owner, data):
    value = begun(api, owner)
    answer = api.put(value["uploadUrl"], data=data)
    assert answer.status_code == 201, answer.text
    Picture.objects.filter(remote_id=value["document"]).update(ready_at=None)
    return value["document"]


def state(api, urn):
    return api.get(f"rest/documents/{quote(urn, safe='')}").json()["status"]


def post(api, owner, **media):
    return api.post("rest/posts", json=body(owner, content={"media": media}))


def test_a_document_is_posted_and_read_back(rest, page):
    api, owner = rest(), organization(page)
    value = begun(api, owner)
    urn = value["document"]
    assert urn.startswith("urn:li:document:")
    assert state(api, urn) == "WAITING_UPLOAD"
    early = post(api, owner, id=urn, title="High water")
    assert early.json()["code"] == "MEDIA_ASSET_WAITING_UPLOAD"
    assert api.put(value["uploadUrl"], data=pdf()).status_code == 201
    assert state(api, urn) == "PROCESSING"
    Picture.objects.update(ready_at=None)
    assert state(api, urn) == "AVAILABLE"
    made = post(api, owner, id=urn, title="High water", altText="A pier")
    assert made.status_code == 201, made.text
    read = api.get(f"rest/posts/{quote(made.headers['x-restli-id'], safe='')}").json()
    assert read["content"] == {"media": {"id": urn, "title": "High water", "altText": "A pier"}}
    row = RemotePost.objects.get().attachments.get()
    assert (row.alt, row.picture.width, row.picture.height) == ("A pier", 1000, 750)
    late = api.put(value["uploadUrl"], data=pdf(3))
    assert (late.status_code, late.json()["code"]) == (403, "EXPIRED_UPLOAD_URL")


def test_its_title_and_its_owner_are_asked_for(rest, page, ines):
    api, owner = rest(), organization(page)
    urn = uploaded(api, owner, pdf())
    for title in ({}, {"title": " "}, {"title": 7}):
        assert first_error(post(api, owner, id=urn, **title)) == "MISSING_FIELD"
    stranger = post(api, person(ines), id=urn, title="High water")
    assert first_error(stranger) == "INVALID_DOCUMENT_ID"
    unknown = post(api, owner, id="urn:li:document:1", title="High water")
    assert first_error(unknown) == "INVALID_DOCUMENT_ID"
    many = {"multiImage": {"images": [{"id": urn, "title": "High water"}] * 2}}
    refused = api.post("rest/posts", json=body(owner, content=many))
    assert first_error(refused) == "INVALID_URN_TYPE"
    card = {"article": {"source": "https://tide.earth", "title": "Tide", "thumbnail": urn}}
    refused = api.post("rest/posts", json=body(owner, content=card))
    assert first_error(refused) == "INVALID_IMAGE_ID"
    assert not RemotePost.objects.exists()


def test_a_place_expires_and_has_an_owner(rest, page):
    stranger = accounts.create("linkedin", "stranger", "Stranger")
    value = begun(rest(), organization(page))
    assert rest(stranger).put(value["uploadUrl"], data=pdf()).status_code == 403
    Picture.objects.update(expires_at=timezone.now())
    answer = rest().put(value["uploadUrl"], data=pdf())
    assert (answer.status_code, answer.json()["code"]) == (403, "EXPIRED_UPLOAD_URL")
    Picture.objects.update(expires_at=timezone.now() + timedelta(hours=1))
    assert rest().put(value["uploadUrl"], data=pdf()).status_code == 201


def test_a_place_for_one_kind_takes_no_other(rest, page):
    api, owner = rest(), organization(page)
    value = begun(api, owner)
    as_picture = value["uploadUrl"].removesuffix("/document")
    assert api.put(as_picture, data=picture("PNG")).status_code == 403
    wanted = {"initializeUploadRequest": {"owner": owner}}
    image = api.post("rest/images?action=initializeUpload", json=wanted).json()["value"]
    assert api.put(f"{image['uploadUrl']}/document", data=pdf()).status_code == 403


def test_reading_its_state_needs_more_than_writing(rest, ines):
    api = rest(scopes=MEMBER)
    urn = uploaded(api, person(ines), pdf())
    assert api.get(f"rest/documents/{quote(urn, safe='')}").status_code == 403
    assert post(api, person(ines), id=urn, title="High water").status_code == 201


@pytest.mark.parametrize(
    "data",
    [
        b"",
        picture("PNG"),
        pdf(0),
        pdf(301),
        pdf()[:-40],
        pdf().replace(b"%PDF", b"%XYZ"),
        pdf().replace(b"2 0 obj", b" 2 0 obj"),
        pdf().replace(b"MediaBox", b"Mediabox"),
    ],
    ids=["empty", "picture", "no page", "many pages", "cut", "unnamed", "moved", "no size"],
)
def test_what_is_no_document_is_found_while_it_is_worked_on(rest, page, data):
    api, owner = rest(), organization(page)
    urn = uploaded(api, owner, data)
    assert state(api, urn) == "PROCESSING_FAILED"
    refused = post(api, owner, id=urn, title="High water")
    assert refused.json()["code"] == "MEDIA_ASSET_PROCESSING_FAILED"


def test_a_document_that_is_too_large(rest, page, monkeypatch):
    monkeypatch.setattr(documents, "BYTES", 100)
    monkeypatch.setattr(files, "CHUNK", 64)
    value = begun(rest(), organization(page))
    assert rest().put(value["uploadUrl"], data=pdf()).status_code == 413


def test_the_timeline_shows_it(rest, page, client):
    api, owner = rest(), organization(page)
    urn = uploaded(api, owner, pdf())
    assert post(api, owner, id=urn, title="High <water>").status_code == 201
    said = client.get("/sandbox/linkedin/company/tidewater/").text
    assert "document: High &lt;water&gt;" in said
    row = Picture.objects.get()
    assert f'href="/sandbox/pictures/{row.pk}/" download="document.pdf"' in said
    answer = client.get(f"/sandbox/pictures/{row.pk}/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.content == pdf()
