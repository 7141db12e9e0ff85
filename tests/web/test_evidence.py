"""The evidence pack over HTTP."""

import io
import zipfile

from nexus_ui.flows.sign_in import Role
from tests.flows.conftest import Cookies
from tests.storage.shelves import connection, keep
from tests.web.conftest import Site


def test_an_admin_downloads_an_archive(site: Site, cookies: Cookies) -> None:
    """As a file nobody caches."""
    keep(connection("con_a", "Berlin Süd"))
    with site.browser(cookies[Role.ADMIN]) as browser:
        answer = browser.get("/api/evidence/con_a.zip")

    assert (200, "application/zip", "no-store") == (
        *(answer.status_code, answer.headers["content-type"]),
        answer.headers["cache-control"],
    )
    assert 'attachment; filename="evidence-berlin-s-d-' in answer.headers["content-disposition"]
    assert "README.txt" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()


def test_nobody_else_gets_it(site: Site, cookies: Cookies) -> None:
    """401 for a stranger, 403 for a viewer, 404 for what is not there."""
    keep(connection("con_a", "Berlin"))
    asked = [(None, "con_a"), (cookies[Role.VIEWER], "con_a"), (cookies[Role.OWNER], "con_gone")]
    codes = []
    for cookie, name in asked:
        with site.browser(cookie) as browser:
            codes.append(browser.get(f"/api/evidence/{name}.zip").status_code)

    assert [401, 403, 404] == codes
