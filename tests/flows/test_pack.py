"""The evidence pack: everything the marketplace's support needs, nothing that is nobody's business."""

import csv
import io
import json
import zipfile

import pytest
from sqlmodel import select

from nexus_ui.adapters import CATALOGUE
from nexus_ui.errors import NotAllowed, NotFound
from nexus_ui.flows import keys
from nexus_ui.flows.pack import pack
from nexus_ui.flows.sign_in import Who
from nexus_ui.sandbox import server
from nexus_ui.sandbox.faults import Fault
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.tables import Audited
from tests.engine.connecting import calls_of, connect, cycle, shop_of
from tests.storage.shelves import call, delivery, keep, quarantined, rejection
from tests.storage.shelves import cycle as kept_cycle

PEM_LINES = ("MIICANARYcanaryCANARY+secret/line", "AAAAsecondLINEofTHEcanary==")
PEM = "\n".join(("-----BEGIN PRIVATE KEY-----", *PEM_LINES, "-----END PRIVATE KEY-----"))
CANARY = "shpat_canary0123456789abcdef0123456789"
PERSON = "grace.hopper@navy.example"


def opened(content: bytes) -> dict[str, str]:
    """The files of an archive by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


async def broken(sandbox: server.Running) -> str:
    """A connection that was well once and is refused since."""
    connection_id = connect("shopify")
    await cycle(connection_id)
    shop_of(sandbox, "shopify").faults.switch_on(Fault(fault="wrong_key"))
    await cycle(connection_id)
    return connection_id


async def test_the_pack_holds_what_support_asks_for(olga: Who, sandbox: server.Running) -> None:
    """Calls with their request ids, answers, times, versions, settings, and the story."""
    connection_id = await broken(sandbox)
    made = pack(connection_id, olga)
    files = opened(made.content)
    calls = list(csv.DictReader(io.StringIO(files["calls.csv"])))
    refused = [one for one in calls if one["problem"]]
    answers = [text for name, text in files.items() if name.startswith("answers/")]
    about = json.loads(files["connection.json"])

    assert made.name.startswith("evidence-shopify-demo-") and made.name.endswith(".zip")
    assert {"401"} == {one["status"] for one in refused} and all(one["request_id"] for one in refused)
    assert len(refused) == len(answers)
    assert all(any(one["request_id"] in text and "Status: 401" in text for text in answers) for one in refused)
    assert CATALOGUE["shopify"].api_version == json.loads(files["versions.json"])["marketplace_api"]
    assert (60, 90) == (about["settings"]["interval minutes"], about["general settings"]["secret rotation days"])
    assert {"access_token", "client_secret"} <= {one["field"] for one in about["credentials"]}
    assert ["failed", "success"] == [one["outcome"] for one in json.loads(files["cycles.json"])]
    assert "asked for a sync, which failed" in files["story.txt"]


async def test_no_secret_and_no_person_is_in_the_pack(olga: Who, sandbox: server.Running) -> None:
    """A canary in every field, answer, address and payload: search the bytes, also of a key of many lines."""
    connection_id = await broken(sandbox)
    said = f'{{"token": "{CANARY}", "email": "{PERSON}", "why": "{PEM}"}}'
    with writing() as session:
        keys.keep(session, connection_id, {"access_token": CANARY, "client_secret": PEM}, {})
    keep(
        kept_cycle("cyc_x", connection_id, outcome="failed", error_message=CANARY, error_detail=said, worker="box:1"),
        call("call_x", "cyc_x", url=f"https://x.example/?access_token={CANARY}", problem="surprise", excerpt=said),
        quarantined(connection_id, CANARY, "cyc_x", f"It says {CANARY}."),
        delivery("dlv_x", connection_id, body=said, problem=f"{CANARY} {PERSON}", state="failed"),
        rejection("rej_x", connection_id, reason=f"Signed with {CANARY}."),
    )
    everything = "\0".join(f"{name}\0{text}" for name, text in opened(pack(connection_id, olga).content).items())

    for canary in (CANARY, PEM, *PEM_LINES, PERSON, json.dumps(PEM)[1:-1], "box:1"):
        assert canary not in everything, canary
    for shop in sandbox.world.shops():
        for secret in (
            value for name, value in shop.credentials.items() if name in CATALOGUE[shop.marketplace].secret_fields
        ):
            assert secret not in everything
    assert calls_of("cyc_x")[0][-1] == said, "the canary was never there"


async def test_downloading_evidence_is_noted(olga: Who, sandbox: server.Running) -> None:
    """Who took it, and of which connection."""
    connection_id = connect("shopify")
    pack(connection_id, olga)
    with reading() as session:
        noted = session.exec(select(Audited)).all()

    assert [("downloaded evidence", connection_id, olga.person_id)] == [
        (row.action, row.subject_id, row.person_id) for row in noted if row.action == "downloaded evidence"
    ]


def test_a_viewer_takes_no_evidence(vera: Who, olga: Who, sandbox: server.Running) -> None:
    """Nor does anybody of a connection that is not there."""
    with pytest.raises(NotAllowed):
        pack(connect("shopify"), vera)
    with pytest.raises(NotFound):
        pack("con_gone", olga)
