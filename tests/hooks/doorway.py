"""The product's HTTP side alone, in a process of its own that can be killed: `python -m tests.hooks.doorway PORT`."""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from nexus_ui.web import routes

if __name__ == "__main__":
    inner = Starlette(routes=[Route("/", lambda _request: PlainTextResponse("hello"))])
    uvicorn.run(routes.around(inner), port=int(sys.argv[1]), log_level="critical", lifespan="off")
