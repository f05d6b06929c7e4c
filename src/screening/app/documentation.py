"""The pages at /docs and /redoc, with every script and style from this machine."""

from pathlib import Path
from typing import Any

import fastapi_offline
from fastapi import FastAPI
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from fastapi.responses import HTMLResponse
from pydantic.json_schema import models_json_schema
from starlette.staticfiles import StaticFiles

from screening.manifests.schemas import ManifestIn, PersonIn
from screening.problems import MEDIA_TYPE

ASSETS = "/docs-assets"
JSON = "application/json"

NOTHING_FROM_OUTSIDE = {
    "Content-Security-Policy": "default-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src 'self' blob:"
}
"""Forbids the browser what a bundle might still ask for elsewhere, such as the logo in the foot of Redoc."""

READ_BY_HAND = (ManifestIn, PersonIn)
"""Models of bodies that come in several media types: their routes read them, and FastAPI knows nothing of them."""

SWAGGER = {
    "persistAuthorization": True,
    "displayRequestDuration": True,
    "tryItOutEnabled": True,
    "validatorUrl": None,  # the default asks a validator on the internet
}


def add_documentation(app: FastAPI) -> None:
    """Put the pages in place."""
    app.mount(ASSETS, StaticFiles(directory=Path(fastapi_offline.__file__).parent / "static"), name="docs-assets")
    title = f"{app.title} {app.version}"

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        """Show the API to try it out."""
        return sealed(
            get_swagger_ui_html(
                openapi_url="/openapi.json",
                title=title,
                swagger_js_url=f"{ASSETS}/swagger-ui-bundle.js",
                swagger_css_url=f"{ASSETS}/swagger-ui.css",
                swagger_favicon_url=f"{ASSETS}/favicon.png",
                swagger_ui_parameters=SWAGGER,
            )
        )

    @app.get("/redoc", include_in_schema=False)
    async def redoc() -> HTMLResponse:
        """Show the API to read."""
        return sealed(
            get_redoc_html(
                openapi_url="/openapi.json",
                title=title,
                redoc_js_url=f"{ASSETS}/redoc.standalone.js",
                redoc_favicon_url=f"{ASSETS}/favicon.png",
                with_google_fonts=False,
            )
        )


def add_contract(app: FastAPI) -> None:
    """Add what FastAPI cannot know: models read by hand, and that problem documents have a media type of their own."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        _, read = models_json_schema(
            [(model, "validation") for model in READ_BY_HAND], ref_template="#/components/schemas/{model}"
        )
        document["components"]["schemas"] = dict(sorted((read["$defs"] | document["components"]["schemas"]).items()))
        for operations in document["paths"].values():
            for operation in operations.values():
                for response in operation["responses"].values():
                    content = response.get("content", {})
                    if MEDIA_TYPE in content and JSON in content:
                        content[MEDIA_TYPE] = content.pop(JSON)
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # the documented way to change the document


def sealed(page: HTMLResponse) -> HTMLResponse:
    """Forbid a page to load anything from outside."""
    page.headers.update(NOTHING_FROM_OUTSIDE)
    return page
