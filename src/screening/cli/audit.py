"""`screening audit`: the log as files, checked with no database and no network; and its keys."""

import asyncio
import time
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from screening.access.queries import list_places
from screening.audit import export as exporting
from screening.audit import keyfile, keylist, keyring, misuse_routes, notes, proofs, retention, tree_queries, verify
from screening.audit.entries import EntryKind
from screening.audit.export import Scope
from screening.audit.exported import ExportError
from screening.audit.misuse_schemas import MisuseReport
from screening.audit.notes import NoteError
from screening.audit.receipts import PublicKey, Signer
from screening.audit.retention import AnotherErasesError, Rules
from screening.audit.searches import Span
from screening.audit.verify import Finding, Question, Receipts, Report
from screening.cli.offline import Workplace, workplace
from screening.db.database import transaction
from screening.problems import Problem
from screening.settings import Settings

WHOLE, BROKEN, UNREADABLE = 0, 1, 2
"""Exit codes of `verify`: all fits; something does not; not an export, or a key or checkpoint cannot be read."""

T = TypeVar("T")

app = typer.Typer(no_args_is_help=True)


@app.command("verify")
def verify_export(
    path: Annotated[Path, typer.Argument(help="An export: a folder or a tar archive.")],
    key: Annotated[
        list[str] | None,
        typer.Option(help="A key of the log that you got elsewhere: its line name+id+key, or a file that holds it."),
    ] = None,
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="A file with a checkpoint that you kept from earlier.")
    ] = None,
    witness: Annotated[
        list[str] | None,
        typer.Option(help="A witness that you know: its line name+id+key, or a file that holds it."),
    ] = None,
    receipts: Annotated[Receipts, typer.Option(help="Whose receipts to check: one in 256, all or none.")] = (
        Receipts.SAMPLE
    ),
) -> None:
    """Check an export of the log, offline. Ends with 0 if it is whole, 1 if it is broken, 2 if it cannot be read."""
    began = time.perf_counter()
    try:
        anchors = [_read_key(each) for each in key or ()]
        kept = [file.read_text() for file in checkpoint or ()]
        known = [notes.read_witness(_read_line(each)) for each in witness or ()]
        report = verify.verify(path, Question(anchors, kept, receipts, known))
    except (ExportError, NoteError, OSError, UnicodeDecodeError) as error:
        typer.echo(f"Cannot be checked: {error}", err=True)
        raise typer.Exit(UNREADABLE) from None
    _print_report(report, time.perf_counter() - began)
    for each in known:
        typer.echo(_testimony(each.name, report))
    raise typer.Exit(BROKEN if report.findings else WHOLE)


def _read_key(text: str) -> PublicKey:
    return notes.read_verifier(_read_line(text))


def _read_line(text: str) -> str:
    file = Path(text)
    return file.read_text() if len(text) < 4096 and file.is_file() else text


def _testimony(name: str, report: Report) -> str:
    if name not in report.cosigned:
        return f"witness      {name} cosigned none of these checkpoints"
    size, at = report.cosigned[name]
    return f"witness      {name} cosigned {size} leaves, {at:%Y-%m-%d %H:%M:%S} UTC"


def _print_report(report: Report, seconds: float) -> None:
    lines = [
        f"log          {report.log}",
        f"tree         {report.size} leaves, root {report.root.hex()}",
        f"entries      {report.entries} hashed, {report.withheld} of others known by their hash alone",
        f"receipts     {report.receipts} signatures checked",
        f"payloads     {report.payloads} opened, {report.erased} erased or withheld: their commitments stand",
        f"checkpoints  {report.checkpoints} signed",
        *(f"key          {each}" for each in report.keys),
        f"took         {seconds:.2f} s, {report.size / seconds:,.0f} leaves a second",
    ]
    typer.echo("\n".join(lines))
    if not report.anchored:
        typer.echo("The first key is the export's own word: compare it, or give it with --key.")
    for finding in [each for each in report.findings if each.index < 0]:
        typer.echo(f"BROKEN       {finding.flaw}: {finding.detail}")
    if first := report.first_entry:
        typer.echo(_sentence(first))
    if not report.findings:
        typer.echo("WHOLE        every hash, root and signature fits")


def _sentence(finding: Finding) -> str:
    entry = f", entry {finding.entry}" if finding.entry else ""
    return f"BROKEN       first at leaf {finding.index}{entry}: {finding.flaw}: {finding.detail}"


@app.command("export")
def export_log(
    path: Annotated[Path, typer.Argument(help="A folder that is new or empty, or a file that ends with .tar.")],
) -> None:
    """Write the whole log, as far as it is in the tree, to files that `verify` checks."""
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        typer.echo(f"{path} is there already: name a new one.", err=True)
        raise typer.Exit(UNREADABLE)
    size = _run(_export(Settings(), path))
    typer.echo(f"{size} leaves written to {path}.")


async def _export(settings: Settings, path: Path) -> int:
    async with workplace(settings) as at:
        checkpoint = await proofs.get_checkpoint(at.database.pool)
        outcome = {"entries": checkpoint.size}
        await at.trail.append(at.trail.draft(EntryKind.REQUEST, "screening audit export", outcome))
        files = exporting.members(at.database.pool, Scope(settings.log_name, checkpoint, None, at.trail.clock()))
        if path.suffix == ".tar":
            with path.open("xb") as stream:
                async for piece in exporting.archive(files):
                    stream.write(piece)
        else:
            await exporting.write_folder(files, path)
        return checkpoint.size


@app.command("erase")
def erase_payloads(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be erased.")] = False,  # noqa: FBT002
) -> None:
    """Erase payloads whose retention is over, now; the service does so each hour. What is held stays."""
    _run(_list_due(Settings()) if dry_run else _erase(Settings()))


async def _list_due(settings: Settings) -> None:
    async with workplace(settings) as at:
        async for progress in retention.list_due(at.database, at.trail, Rules.of(settings)):
            typer.echo(f"{progress.retention}: {progress.due - progress.held} to erase, {progress.held} held")


async def _erase(settings: Settings) -> None:
    async with workplace(settings) as at:
        try:
            async for progress in retention.erase_due(at.database, at.trail, Rules.of(settings)):
                typer.echo(f"{progress.retention}: {progress.erased} of {progress.due} erased, {progress.held} held")
        except AnotherErasesError:
            typer.echo("Another process erases at this moment; look again when it is done.", err=True)
            raise typer.Exit(UNREADABLE) from None
        dropped = await retention.drop_idle_keys(at.database, settings.hash_key_file)
        typer.echo(f"{dropped} keys that nothing is found by any more were destroyed.")


@app.command("rotate-subject-key")
def rotate_subject_key() -> None:
    """Hash what entries are about under a new key from now on; older keys find older entries until these are erased."""
    settings = Settings()
    _run(_rotate_subject_key(settings))
    typer.echo(f"Copy {settings.hash_key_file} to every machine and restart every process of the service.")


async def _rotate_subject_key(settings: Settings) -> None:
    async with workplace(settings) as at:
        ring = keyring.load(settings.hash_key_file).rotated(at.trail.clock())
        keyring.replace(settings.hash_key_file, ring)
        await at.trail.append(at.trail.draft(EntryKind.ACCESS, "subject_key", {"keys": len(ring.keys)}))


@app.command("misuse")
def report_misuse(
    since: Annotated[datetime, typer.Option("--from", help="From this instant on, UTC.")],
    until: Annotated[datetime, typer.Option("--to", help="Before this instant, UTC.")],
) -> None:
    """Report use of the service that stands out, each line with its reason. Making it is logged."""
    span = Span(since.replace(tzinfo=UTC), until.replace(tzinfo=UTC), None)
    found = _run(_report_misuse(Settings(), span))
    for finding in found.findings:
        who = f"client {finding.client}" + (f", officer {finding.officer}" if finding.officer else "")
        typer.echo(f"{finding.first_at:%Y-%m-%d %H:%M}  {finding.pattern:20} {finding.reason}")
        typer.echo(f"{'':18}{who if finding.client else 'several clients'}; first entry {finding.entries[0]}")
    typer.echo(f"{len(found.findings)} findings in {found.searches} searches, {found.erased} of them erased.")


async def _report_misuse(settings: Settings, span: Span) -> MisuseReport:
    async with workplace(settings) as at:
        found = await misuse_routes.report(at.database.pool, span, list_places)
        outcome = {"findings": len(found.findings), "searches": found.searches}
        await at.trail.append(at.trail.draft(EntryKind.REQUEST, "screening audit misuse", outcome))
        return found


@app.command("rotate-key")
def rotate_key(
    overlap_minutes: Annotated[
        int, typer.Option(min=0, help="How long the old key stays valid: restart every process of the service by then.")
    ] = 60,
) -> None:
    """Put a new signing key in the place of the old one, endorsed by it. Receipts and checkpoints so far stay valid."""
    key = _run(_rotate(Settings(), timedelta(minutes=overlap_minutes)))
    typer.echo(f"{key}\nRestart every process of the service within {overlap_minutes} minutes.")


async def _rotate(settings: Settings, overlap: timedelta) -> str:
    old = Signer.of(settings.log_name, keyfile.load(settings.key_file))
    fresh = Ed25519PrivateKey.generate()
    public = PublicKey(settings.log_name, fresh.public_key())
    async with workplace(settings) as at:
        await _list_key(at, old, public, overlap)
        keyfile.replace(settings.key_file, fresh)
    return public.verifier


async def _list_key(at: Workplace, old: Signer, public: PublicKey, overlap: timedelta) -> None:
    """Put the new key on the list, end the old one, and leave an entry, all in one transaction."""
    now = at.trail.clock()
    async with transaction(at.database) as session:
        raw: Any = (await (await session.connection()).get_raw_connection()).driver_connection
        keys = await tree_queries.list_keys(raw)
        if old.key_id not in {key.key_id for key in keys}:
            raise keyfile.KeyFileError(
                f"Key {old.key_id} is not listed, so it cannot endorse another: start the service once, or bring the "
                "listed key back."
            )
        await tree_queries.retire_keys(raw, now + overlap)
        await tree_queries.add_key(raw, keylist.listed(public, now, old))
        outcome = {"key": public.verifier, "retired": old.key_id}
        await at.trail.append_within(session, at.trail.draft(EntryKind.ACCESS, f"audit_key:{public.key_id}", outcome))


def _run(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except Problem as problem:
        typer.echo(problem.detail, err=True)
    except (keyfile.KeyFileError, OSError) as error:
        typer.echo(str(error), err=True)
    raise typer.Exit(UNREADABLE)
