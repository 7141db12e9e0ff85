"""The evidence pack of a connection as a download."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from nexus_ui.errors import NotFound
from nexus_ui.flows.pack import pack
from nexus_ui.flows.sign_in import Role
from nexus_ui.web.guard import Door, signed_in


async def evidence(request: Request) -> Response:
    """GET /api/evidence/{connection_id}.zip: one archive, masked; 404 for a connection that does not exist."""
    try:
        made = await run_in_threadpool(pack, request.path_params["connection_id"], signed_in(request))
    except NotFound as gone:
        return JSONResponse({"error": gone.message}, 404)
    disposition = {"Content-Disposition": f'attachment; filename="{made.name}"', "Cache-Control": "no-store"}
    return Response(made.content, media_type="application/zip", headers=disposition)


DOORS = (Door("/api/evidence/{connection_id}.zip", "GET", evidence, Role.ADMIN),)
