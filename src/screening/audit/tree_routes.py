"""HTTP routes of the tree: checkpoint, tiles, proofs, export. Who may read entries is decided above, as in `routes`."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import StreamingResponse

from screening import problems
from screening.audit import export, proofs, tiles, tree_queries, witnessing
from screening.audit.entries import EntryKind
from screening.audit.export import Scope
from screening.audit.log import LogDep
from screening.audit.proofs import Inclusion
from screening.audit.readers import Reader
from screening.audit.routing import AuditedRoute
from screening.audit.tiles import TileError
from screening.audit.trail import TrailDep
from screening.audit.tree_schemas import ConsistencyOut, InclusionOut, ListedKeyOut, ListedKeys
from screening.db.database import DatabaseDep
from screening.problems import Kind, Problem, responses

BRIEFLY = {"Cache-Control": "no-cache"}

BYTES: dict[int | str, dict[str, Any]] = {200: {"content": {"application/octet-stream": {}}}}
TEXT: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {}}}}
TAR: dict[int | str, dict[str, Any]] = {200: {"content": {"application/x-tar": {}}}}

Place = Annotated[
    str, Path(max_length=60, description="Place of the tile: `067`, `x001/x234/067`, or `067.p/12` for 12 hashes.")
]
MAX_SIZE = 2**63 - 1

public = APIRouter(prefix="/v1/audit", tags=["audit"], responses=responses(Kind.INVALID, Kind.UNAVAILABLE))


@public.get("/keys")
async def list_keys(database: DatabaseDep, log: LogDep) -> ListedKeys:
    """List every key that signed for the log, each endorsed by the one before it. It is public."""
    keys = await tree_queries.list_keys(database.pool)
    listed = [
        ListedKeyOut(
            key_id=key.key_id,
            verifier=key.public.verifier,
            pem=key.public.pem,
            valid_from=key.valid_from,
            valid_until=key.valid_until,
            endorsed_by=key.endorsed_by,
            endorsement=key.endorsement,
        )
        for key in keys
    ]
    return ListedKeys(log=log.signer.log, keys=listed)


@public.get("/checkpoint", response_class=Response, responses=TEXT | responses(Kind.NOT_FOUND))
async def get_checkpoint(
    database: DatabaseDep,
    witnesses: Annotated[int, Query(ge=0, le=100, description="How many witnesses must have cosigned it.")] = 0,
) -> Response:
    """Give the newest signed checkpoint (C2SP tlog-checkpoint), with the cosignatures of witnesses. It is public.

    Witnesses take some seconds, so the very newest has none yet: with `witnesses=1` you get the newest that has one.
    """
    note = await witnessing.get_cosigned(database.pool, witnesses)
    if note is None and witnesses:
        raise problems.not_found("cosigned checkpoint")
    if note is None:
        raise problems.unavailable("No checkpoint was signed yet. Ask again.")
    return Response(note, media_type="text/plain; charset=utf-8", headers=BRIEFLY)


@public.get("/consistency", responses=responses(Kind.NOT_FOUND))
async def prove_consistency(
    database: DatabaseDep,
    log: LogDep,
    first: Annotated[int, Query(alias="from", ge=0, le=MAX_SIZE, description="Size of the tree that you know.")],
    second: Annotated[
        int | None, Query(alias="to", ge=0, le=MAX_SIZE, description="Size of the newer tree; the newest if left out.")
    ] = None,
) -> ConsistencyOut:
    """Prove that the log only grew between two checkpoints. It is public."""
    proof = await proofs.prove_consistency(database.pool, first, second)
    hashes = [each.hex() for each in proof.hashes]
    return ConsistencyOut(log=log.signer.log, first=proof.first, second=proof.second, hashes=hashes)


@public.get("/proof", responses=responses(Kind.NOT_FOUND, Kind.CONFLICT))
async def prove_receipt(
    database: DatabaseDep,
    log: LogDep,
    entry: Annotated[UUID, Query(description="`entry` of the receipt.")],
    leaf_hash: Annotated[str, Query(pattern="^[0-9a-f]{64}$", description="`leaf_hash` of the receipt.")],
) -> InclusionOut:
    """Turn a receipt into a proof of inclusion: who holds one needs no key for that, and learns nothing else."""
    row = await log.find(entry)
    if row is None or row.leaf_hash.hex() != leaf_hash:
        raise problems.not_found("entry")
    return _inclusion(entry, log.signer.log, await proofs.prove_inclusion(database.pool, entry))


@public.get("/tile/{level}/{place:path}", response_class=Response, responses=responses(Kind.NOT_FOUND) | BYTES)
async def get_tile(
    database: DatabaseDep, level: Annotated[int, Path(ge=0, le=tiles.LEVELS - 1)], place: Place
) -> Response:
    """Give a tile of hashes (C2SP tlog-tiles). It never changes, and is public: hashes tell nothing of entries."""
    index, width = _parse(place)
    return _forever(await proofs.get_tile(database.pool, level, index, width))


def build(get_reader: Callable[..., Any]) -> APIRouter:
    """Make the routes that give entries away; `get_reader` is a dependency that gives a Reader or refuses."""
    router = APIRouter(
        prefix="/v1/audit",
        tags=["audit"],
        route_class=AuditedRoute,
        responses=responses(Kind.UNAUTHORIZED, Kind.FORBIDDEN, Kind.INVALID, Kind.UNAVAILABLE),
    )

    @router.get("/tile/entries/{place:path}", response_class=Response, responses=responses(Kind.NOT_FOUND) | BYTES)
    async def get_bundle(
        database: DatabaseDep, reader: Annotated[Reader, Depends(get_reader)], place: Place
    ) -> Response:
        """Give the entries of a tile (C2SP tlog-tiles), to auditors of all organisations alone."""
        if reader.organisation_ids is not None:
            detail = "A bundle holds entries of every organisation; `/v1/audit/export` gives you those of yours."
            raise Problem(Kind.FORBIDDEN, detail, reason="scope:all_organisations")
        index, width = _parse(place)
        return _forever(await proofs.get_bundle(database.pool, index, width), cache="private")

    @router.get("/entries/{entry_id}/proof", responses=responses(Kind.NOT_FOUND, Kind.CONFLICT))
    async def prove_entry(
        entry_id: UUID, reader: Annotated[Reader, Depends(get_reader)], log: LogDep, database: DatabaseDep
    ) -> InclusionOut:
        """Prove that an entry is in the tree. A receipt's holder gets the same from `/v1/audit/proof`."""
        row = await log.find(entry_id)
        if row is None or not reader.sees(row.organisation_id):
            raise problems.not_found("entry")
        return _inclusion(entry_id, log.signer.log, await proofs.prove_inclusion(database.pool, entry_id))

    @router.get("/export", response_class=StreamingResponse, responses=TAR)
    async def export_log(
        database: DatabaseDep, reader: Annotated[Reader, Depends(get_reader)], trail: TrailDep
    ) -> StreamingResponse:
        """Give the log as a tar archive that `screening audit verify` checks offline; entries of others as hashes."""
        checkpoint = await proofs.get_checkpoint(database.pool)
        outcome = {"entries": checkpoint.size, "status": 200}
        await trail.append(trail.draft(EntryKind.REQUEST, "GET /v1/audit/export", outcome))
        scope = Scope(trail.log.signer.log, checkpoint, reader.organisation_ids, trail.clock())
        name = f"audit-{checkpoint.size}.tar"
        return StreamingResponse(
            export.archive(export.members(database.pool, scope)),
            media_type="application/x-tar",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    return router


def _inclusion(entry_id: UUID, log: str, proof: Inclusion) -> InclusionOut:
    return InclusionOut(
        entry=entry_id,
        log=log,
        index=proof.index,
        size=proof.checkpoint.size,
        leaf_hash=proof.leaf_hash.hex(),
        hashes=[each.hex() for each in proof.hashes],
        checkpoint=proof.checkpoint.note,
    )


def _parse(place: str) -> tuple[int, int]:
    try:
        return tiles.parse_place(place)
    except TileError:
        raise problems.not_found("tile") from None


def _forever(content: bytes, *, cache: str = "public") -> Response:
    headers = {"Cache-Control": f"{cache}, max-age=31536000, immutable"}
    return Response(content, media_type="application/octet-stream", headers=headers)
