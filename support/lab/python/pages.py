"""Writes the course as HTML pages that need nothing from elsewhere: no font, no network, and no script but that of the
movies, which show their last frame without it.

    python pages.py JOB.json

JOB.json: {"out": folder, "notebooks": [{"name", "path", "cover"}]}; `cover` is a picture's path relative to `out` or null.
"""

import html
import itertools
import json
import re
import sys
from pathlib import Path

import nbformat
from jinja2 import Environment, FileSystemLoader
from nbconvert import HTMLExporter
from nbconvert.filters import markdown_mistune
from pygments.formatters import HtmlFormatter

try:
    from latex2mathml.converter import convert as mathml
except ImportError:  # a conda environment may lack it: formulas then show as they are written
    mathml = None

HERE = Path(__file__).resolve().parent


def formula(text: str, display: str) -> str:
    """MathML, which every browser shows by itself."""
    if mathml is None:
        return f"<code>{html.escape(text)}</code>"
    return mathml(html.unescape(text), display=display)


class Renderer(markdown_mistune.IPythonRenderer):
    def block_math(self, body: str) -> str:
        return formula(body, "block") + "\n"

    def inline_math(self, body: str) -> str:
        return formula(body, "inline")


# nbconvert offers no other way to choose the renderer.
markdown_mistune.IPythonRenderer = Renderer
sys.modules["nbconvert.exporters.html"].IPythonRenderer = Renderer


def alternative(output) -> str:
    """The sentence that comes with a figure, for those who cannot see it."""
    return html.escape(" ".join(output.data.get("text/plain", "A figure").split()), quote=True)


def exporter() -> HTMLExporter:
    made = HTMLExporter(
        template_file="page.html.j2",
        extra_template_paths=[str(HERE)],
        embed_images=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    made.register_filter("alternative", alternative)
    return made


def relink(page: str) -> str:
    """Links between notebooks become links between pages; those to other files of the repository stay right."""

    def new(match):
        target = html.unescape(match[1])
        if re.match(r"[a-z]+:|#|//", target):
            return match[0]
        path, mark, rest = target.partition("#")
        if path.endswith(".ipynb") and "/" not in path.removeprefix("./"):
            path = path.removesuffix(".ipynb") + ".html"
        else:
            path = "../../notebooks/" + path
        return f'href="{html.escape(path + mark + rest, quote=True)}"'

    return re.sub(r'href="([^"]*)"', new, page)


def plain(text: str) -> str:
    """Markdown without its marks."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"[*`$]|(?<!\w)_|_(?!\w)", "", text)


def title_and_line(notebook, name: str) -> tuple[str, str]:
    """The first heading, and what the notebook promises: the first sentence of the first list, or else of the text."""
    text = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    heading = re.search(r"^#\s+(.+)$", text, re.M)
    title = heading[1].strip() if heading else name
    after = text[heading.end():] if heading else text
    paragraphs = [p.strip() for p in re.split(r"\n\s*\n", after)]
    promises = (re.split(r"\n- ", p)[0].removeprefix("- ") for p in paragraphs if p.startswith("- "))
    texts = (p for p in paragraphs if re.match(r"[\w*_`\"'“(]", p))
    first = next(itertools.chain(promises, texts), "")
    line = plain(" ".join(first.split()))
    sentence = re.match(r".+?[.!?](?=\s|$)", line)
    return plain(title), sentence[0] if sentence else line


def main(job: str) -> None:
    work = json.loads(Path(job).read_text())
    out = Path(work["out"])
    made = exporter()
    style = (HERE / "style.css").read_text() + HtmlFormatter(style="friendly").get_style_defs(".highlight")
    entries = []
    for item in work["notebooks"]:
        notebook = nbformat.read(item["path"], as_version=4)
        title, line = title_and_line(notebook, item["name"])
        entries.append({**item, "title": title, "line": line, "notebook": notebook, "page": item["name"] + ".html"})
    for at, entry in enumerate(entries):
        resources = {
            "metadata": {"name": entry["name"], "path": str(Path(work["source"]))},
            "style": style,
            "title": entry["title"],
            "previous": entries[at - 1] if at else None,
            "next": entries[at + 1] if at + 1 < len(entries) else None,
        }
        notebook = entry["notebook"]
        notebook.cells = [c for c in notebook.cells if c.source.strip()]
        body, _ = made.from_notebook_node(notebook, resources)
        head, mark, body = body.partition("<!-- notebook -->")
        body, end, foot = body.partition("<!-- end of notebook -->")
        (out / entry["page"]).write_text(head + mark + relink(body) + end + foot, encoding="utf-8")
        print(json.dumps({"page": entry["page"]}), flush=True)
    index = Environment(loader=FileSystemLoader(HERE), autoescape=True).get_template("index.html.j2")
    (out / "index.html").write_text(index.render(entries=entries, style=style) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
