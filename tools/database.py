"""Databases of Odoo: templates that are made once per content of the addon, and copies that are used up.

All functions find the server through the environment (`tools.postgres.use`). Names begin with PREFIX,
which holds the place of this checkout, so that one server (`DATABASE_URL`) can hold the databases of
several checkouts.
"""

import ast
import fcntl
import itertools
import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from tools import stamps
from tools.console import Failure, run, step
from tools.paths import LOCAL, LOGS, ODOO_DATA, REQUIREMENTS, ROOT, SITE_PACKAGES, VENV

ADDON = "hemi_amazon_sp"
QUEUE_ADDON = "hemi_amazon_sp_queue"  # the glue, installed only where a test asks for it
ADDONS = (ADDON, QUEUE_ADDON)
PREFIX = f"hemi_{stamps.digest(str(ROOT))[:6]}_"
# Folders of the addon that leave nothing in a database.
NOT_INSTALLED = {"tests", "readme", "__pycache__"}
# Log records of other modules do not count. A clone is often named after the addon, hence `.local`.
FOREIGN_RECORD = rf"\A(?![\s\S]*{ADDON}(?!/\.local))"
copies = itertools.count(1)
ODOO = VENV / "bin" / "odoo"


def template(purpose, modules=(), demo=False, addons=(ADDON,)):
    """The name of a database with the addon installed, made when it is not there yet.

    It is built on a second template that holds only what the addon depends on, so that a change of the addon
    costs no more than the addon's own installation.

    :param str purpose: names the family; only the newest template of a purpose is kept.
    :param modules: technical names of further modules, installed before the addon.
    :param bool demo: with demo data.
    :param addons: those of ours that are installed.
    :raise Failure: the installation failed, or it logged a warning or an error that names the addon.
    """
    plain = base(demo)
    further = sorted({*modules}.union(*map(depends_of, addons)) - {*addons, *depends_of(ADDON)})
    wider = name_of(f"{purpose}_base", plain, *further) if further else plain
    full = name_of(purpose, wider, *addon_files(addons))
    with alone(purpose):
        existing = names()
        if wider not in existing:
            with step(f"Database with {', '.join(further)} for {purpose}"):
                build(wider, plain, further, demo)
        if full not in existing:
            with step(f"Database with {', '.join(addons)} for {purpose}"):
                build(full, wider, addons, demo)
        drop_old(purpose, keep={wider, full})
    return full


@contextmanager
def alone(purpose):
    """Let other processes wait that want the databases of a purpose."""
    with open(LOCAL / f"{purpose}.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def base(demo=False):
    """The name of a database with what the addon depends on, but not the addon, made when it is not there.

    :param bool demo: with demo data.
    """
    purpose, modules = "demodata" if demo else "plain", depends_of(ADDON)
    name = name_of(purpose, *modules, SITE_PACKAGES / "odoo.pth", *REQUIREMENTS)
    with alone(purpose):
        if name not in names():
            with step("Database with Odoo's modules" + " and demo data" * demo):
                build(name, None, modules, demo)
        drop_old(purpose, keep={name})
    return name


def depends_of(addon):
    """The technical names of the modules that one of our addons names in its manifest."""
    return ast.literal_eval((ROOT / addon / "__manifest__.py").read_text())["depends"]


def name_of(purpose, *content):
    """Name of the template of a purpose for this content."""
    return f"{PREFIX}{purpose}_{stamps.digest(*content)}"


def addon_files(addons=(ADDON,)):
    """The relative path and the file, for all that makes up installed addons."""
    for path in (path for addon in addons for path in sorted((ROOT / addon).rglob("*"))):
        relative = path.relative_to(ROOT)
        if path.is_file() and not NOT_INSTALLED.intersection(relative.parts):
            yield str(relative)
            yield path


def build(name, source, modules, demo):
    """Install modules in a new database, which gets its name only when all went well."""
    work = copy_name(name)
    if source:
        copy(source, work)
    log = LOGS / f"install-{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    options = [
        f"--init={','.join(modules)}",
        "--stop-after-init",
        f"--logfile={log}",
        *["--with-demo"] * demo,
    ]
    try:
        run([ODOO, f"--database={work}", *options], f"Installing {', '.join(modules)} failed. Read {log}.")
        check_log(log)
        rename(work, name)
    except BaseException:
        drop(work)
        raise


def check_log(log):
    """Fail on warnings and errors that name the addon."""
    command = [VENV / "bin" / "checklog-odoo", "--no-echo", "--ignore", FOREIGN_RECORD, log]
    run(command, f"Installing {ADDON} logged what it must not. The whole log is {log}.")


def names():
    """All databases of this checkout."""
    return set(
        sql("postgres", f"select datname from pg_database where starts_with(datname, '{PREFIX}')").split()
    )


def sql(name, query):
    """Run a query on a database and return what psql prints, without headings."""
    words = ["psql", "--no-psqlrc", "--tuples-only", "--no-align", "--quiet", "--set=ON_ERROR_STOP=1"]
    return run([*words, f"--dbname={name}", f"--command={query}"], f"This failed on database {name}: {query}")


def shell(name, code):
    """Run Python code with `env` (superuser) on a database, commit, and return what it printed.

    :raise Failure: the code raised; the text ends with the traceback.
    """
    command = [ODOO, "shell", "--database", name, "--no-http", "--log-level=error"]
    script = f"{code}\nenv.cr.commit()\n"
    done = subprocess.run(command, input=script, capture_output=True, text=True)
    if done.returncode or "Traceback" in done.stderr:
        raise Failure(f"The code failed on database {name}.\n{done.stderr[-3000:]}")
    return done.stdout


@contextmanager
def copied(source):
    """A fresh copy of a database, dropped at the end of the block. Yields its name."""
    name = copy_name(source)
    copy(source, name)
    try:
        yield name
    finally:
        drop(name)


def copy_name(name):
    """A name for a database that belongs to this process (see is_used)."""
    return f"{name}_{os.getpid()}_{next(copies)}"


def copy(source, name):
    """Copy a database and its files. The files never change once written, so that hard links will do."""
    run(
        ["createdb", "--strategy=file_copy", "--template", source, name],
        f"Database {source} could not be copied.",
    )
    if filestore(source).exists():
        shutil.copytree(filestore(source), filestore(name), copy_function=os.link)


def rename(old, new):
    """Rename a database and its files."""
    sql("postgres", f'alter database "{old}" rename to "{new}"')
    if filestore(old).exists():
        shutil.rmtree(filestore(new), ignore_errors=True)
        filestore(old).rename(filestore(new))


def drop(name):
    """Drop a database, who ever uses it, and its files."""
    run(["dropdb", "--if-exists", "--force", name], f"Database {name} could not be dropped.")
    shutil.rmtree(filestore(name), ignore_errors=True)


def drop_old(purpose, keep):
    """Drop the older templates of a purpose, and copies that a killed process left behind."""
    for name in names() - keep:
        if name.startswith(f"{PREFIX}{purpose}_") and not is_used(name):
            drop(name)


def is_used(name):
    """Whether the process that made this copy still runs (see copy_name)."""
    process = name.split("_")[-2]
    return process.isdigit() and Path("/proc", process).exists()


def filestore(name):
    """Where Odoo keeps the files of a database."""
    return ODOO_DATA / "filestore" / name
