import re
import shutil
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.core.management import call_command

from ui.storage import SHEETS, bundle, joined_script

CSS = Path(settings.BASE_DIR) / "static/css"


def sources(**files: str):
    storage = InMemoryStorage()
    for name, text in files.items():
        storage.save(name, ContentFile(text.encode()))
    return {name: (storage, name) for name in files}


def test_imports_become_layers_in_their_order():
    joined = bundle(
        sources(
            **{
                "css/app.css": "@layer a, b;\n"
                '@import url("one.css") layer(a);\n@import url("parts/two.css") layer(b);',
                "css/one.css": ".one{}",
                "css/parts/two.css": '.two{background:url("../../img/x.svg")} '
                '.three{background:url("data:image/png,1")}',
            }
        ),
        "css/app.css",
    )
    assert joined.index("@layer a, b;") < joined.index(".one") < joined.index(".two")
    assert "@import" not in joined
    assert 'url("../img/x.svg")' in joined
    assert 'url("data:image/png,1")' in joined


def test_every_stylesheet_is_imported_once():
    sheets = [CSS.parent / sheet for sheet in SHEETS]
    listed = [found for p in sheets for found in re.findall(r'url\("([^"]+)"\)', p.read_text())]
    present = {p.relative_to(CSS).as_posix() for p in CSS.rglob("*.css") if p not in sheets}
    assert len(listed) == len(set(listed))
    assert set(listed) == present, "Each file of static/css needs its line in one of them."


def test_scripts_of_a_page_keep_their_names_to_themselves():
    joined = joined_script(
        sources(
            **{
                "js/pages/board.js": 'import "../one.js";\nimport "../two.js";\n',
                "js/one.js": "const BUSY = 1;",
                "js/two.js": "const BUSY = 2;",
            }
        ),
        "js/pages/board.js",
    )
    assert joined == "{\nconst BUSY = 1;\n}\n{\nconst BUSY = 2;\n}\n"


def test_browsers_fetch_no_remarks():
    style = {
        "css/app.css": '@import url("a.css") layer(a);',
        "css/a.css": "/* Why: a\n/b */\n.a {\n  x: y;\n}",
    }
    script = {
        "js/pages/a.js": 'import "../a.js";',
        "js/a.js": '// Why.\nfunction a() {\n  // Because.\n  return "http://b"; // So.\n}\n',
    }
    assert bundle(sources(**style), "css/app.css") == "@layer a {\n.a {\nx: y;\n}\n}"
    joined = joined_script(sources(**script), "js/pages/a.js")
    assert joined == '{\nfunction a() {\nreturn "http://b"; // So.\n}\n}'


def test_no_line_begins_in_the_middle_of_a_text():
    """What is left out of the joined files would be left out of such a text, too."""
    scripts = [p for p in (CSS.parent / "js").rglob("*.js") if p.parent.name != "vendor"]
    lines = [line for p in scripts for line in p.read_text().splitlines()]
    assert lines
    assert not [line for line in lines if line.count("`") % 2]
    styles = "\n".join(p.read_text() for p in CSS.rglob("*.css"))
    said = re.findall(r"""(["'])((?:(?!\1).)*)\1""", re.sub(r"/\*.*?\*/", "", styles, flags=re.S))
    assert said
    assert not [text for _quote, text in said if "/*" in text or "*/" in text]


def test_collectstatic_serves_one_stylesheet(settings, tmp_path, collected_static):
    """Also a second time, when it finds the joined files where it copies to."""
    shutil.copytree(collected_static, tmp_path, dirs_exist_ok=True)
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "ui.storage.HashedStaticStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    served = [p for p in (tmp_path / "css").glob("app.*.css") if p.name != "app.css"]
    assert len(served) == 1
    css = served[0].read_text()
    assert "@import" not in css
    [aside] = [p for p in (tmp_path / "css").glob("aside.*.css") if p.name != "aside.css"]
    assert ".sandbox__flag" in aside.read_text()
    assert ".sandbox__flag" not in css
    assert css.count("@layer reset {") == 1
    assert 'url("../fonts/hanken-grotesk-latin.' in css
    [board] = [p for p in (tmp_path / "js/pages").glob("board.*.js") if p.name != "board.js"]
    assert "import" not in board.read_text()
    assert board.read_text().count("customElements.define(") >= 3
