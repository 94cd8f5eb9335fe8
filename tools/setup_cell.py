import shutil, subprocess, sys, tempfile
from pathlib import Path

class Stop(Exception):
    def _render_traceback_(self):
        return [str(self)]

repository, here = "{{course.repository}}", Path.cwd()
homes = [p for p in (here, *here.parents) if (p / "helpers/checks/__init__.py").exists()]
home = homes[0] if homes else here / "{{course.name}}"
if repository and not home.exists() and shutil.which("git"):
    with tempfile.TemporaryDirectory(dir=here) as aside:
        clone = ["git", "clone", "--quiet", "--depth=1", repository, f"{aside}/course"]
        if subprocess.run(clone).returncode == 0:
            Path(aside, "course").rename(home)
if not home.exists():
    raise Stop("{{text.no_course}}")
sys.path.insert(0, str(home))
import helpers

if getattr(helpers, "COURSE", None) != "{{course.name}}":
    raise Stop(f"{{text.foreign_helpers}}")
SEED = helpers.setup(lang="{{course.lang}}", lesson="{{course.lesson}}", version="{{course.version}}")
