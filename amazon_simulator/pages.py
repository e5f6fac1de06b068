"""HTML pages."""

from pathlib import Path

from starlette.templating import Jinja2Templates

_TEMPLATES = Jinja2Templates(directory=Path(__file__).parent / "templates")


def page(request, template, status=200, **values):
    """Return a page made from a template."""
    response = _TEMPLATES.TemplateResponse(request, template, values, status_code=status)
    response.headers["Cache-Control"] = "no-store"
    return response
