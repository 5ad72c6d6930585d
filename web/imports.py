"""The part of the JSON API that writes: uploads, imports in the background, undo.

One table of actions, each guard -> parse -> one call -> encode.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from flask import Blueprint, Response, request
from pydantic import ConfigDict, Field, ValidationError
from pydantic.dataclasses import dataclass as question
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from lattice.encoding import to_json
from lattice.errors import LatticeError
from lattice.facade import LatticeDatabase
from lattice.importing import mapping as mappings
from lattice.importing.records import Progress
from lattice.model import ImportReport, OnConflict
from lattice.reports import UndoReport
from lattice.web.endpoint import NoQuestion
from lattice.web.errors import BadParameter
from lattice.web.guard import needed, refuse_strangers
from lattice.web.jobs import ImportJob, Jobs
from lattice.web.serialize import adapter, read_question
from lattice.web.uploads import LARGEST_UPLOAD, MOST_UPLOADS, Upload, Uploads

_STRICT = ConfigDict(extra="forbid")
_LARGEST_BODY = 2**20
JSON, BYTES = "application/json", "application/octet-stream"


@question(frozen=True, config=_STRICT)
class UploadQuestion:
    """What the uploaded file is called."""

    name: Annotated[
        str,
        Field(min_length=1, max_length=1_000, description="The file's name; folders are left out."),
    ]


@question(frozen=True, config=_STRICT)
class ImportRequest:
    """Which uploads are imported, and how."""

    uploads: Annotated[
        tuple[str, ...],
        Field(min_length=1, max_length=MOST_UPLOADS, description="Ids of uploaded files."),
    ]
    into: Annotated[
        str | None, Field(description="The lattice; null: as the mapping or the file says.")
    ] = None
    mapping: Annotated[
        str, Field(description="How the files are read, as TOML; blank: it is detected.")
    ] = ""
    on_conflict: Annotated[
        OnConflict, Field(description="What happens to scores that disagree with stored ones.")
    ] = "refuse"
    dry_run: Annotated[bool, Field(description="Do everything and keep nothing.")] = False


@question(frozen=True, config=_STRICT)
class UndoRequest:
    """Whether anything is undone."""

    dry_run: Annotated[bool, Field(description="Do everything and keep nothing.")] = False


class Imports:
    """What the actions act on: a database, the uploaded files, and the imports.

    Without a `token` nothing is allowed.
    """

    def __init__(self, database: LatticeDatabase, token: str | None) -> None:
        self.token = token
        self.largest_upload = LARGEST_UPLOAD
        self.uploads = Uploads()
        self.jobs = Jobs()
        self._database = database

    def start(self, asked: ImportRequest) -> ImportJob:
        """Start an import, or its dry run."""
        uploads = self.uploads.find(asked.uploads)
        mapping = mappings.parse(asked.mapping, "mapping") if asked.mapping.strip() else None

        def work(progress: Progress) -> ImportReport:
            with self.uploads.gathered(uploads) as paths:
                try:
                    return self._database.import_files(
                        paths,
                        into=asked.into,
                        mapping=mapping,
                        progress=progress,
                        on_conflict=asked.on_conflict,
                        dry_run=asked.dry_run,
                    )
                except LatticeError as error:
                    _leave_out_folder(error, paths[0].parent)
                    raise

        return self.jobs.start(tuple(each.name for each in uploads), asked.dry_run, work)

    def undo(self, lattice: str, result: str, asked: UndoRequest) -> UndoReport:
        """Undo a result set."""
        return self._database[lattice].undo(result, dry_run=asked.dry_run)

    def close(self) -> None:
        """End what is running and remove the uploads."""
        self.jobs.close()
        self.uploads.close()


@dataclass(frozen=True)
class Action:
    """One thing that can be done: how it is asked for, and what is answered.

    `body` is the type of a JSON document, `bytes` for a file as it is, or None.
    """

    method: Literal["get", "post"]
    path: str
    summary: str
    answer: Any
    do: Callable[..., Any] = field(repr=False)
    question: Any = NoQuestion
    body: Any = None
    status: int = 200


ACTIONS = (
    Action(
        "post",
        "/imports/uploads",
        "Upload a file that is to be imported",
        Upload,
        lambda imports, asked, body: imports.uploads.add(asked.name, body),
        question=UploadQuestion,
        body=bytes,
        status=201,
    ),
    Action(
        "post",
        "/imports",
        "Import uploaded files, or see in a dry run what that would do",
        ImportJob,
        lambda imports, _, body: imports.start(body),
        body=ImportRequest,
        status=202,
    ),
    Action(
        "get",
        "/imports/<job>",
        "How far an import is, and what came of it",
        ImportJob,
        lambda imports, *_, job: imports.jobs.see(job),
    ),
    Action(
        "post",
        "/imports/<job>/cancel",
        "End an import that is not over; nothing is changed then",
        ImportJob,
        lambda imports, *_, job: imports.jobs.cancel(job),
        body=NoQuestion,
    ),
    Action(
        "post",
        "/lattices/<lattice>/results/<result>/undo",
        "Undo a result set: the lattice is then as if it had never been imported",
        UndoReport,
        lambda imports, _, body, lattice, result: imports.undo(lattice, result, body),
        body=UndoRequest,
    ),
)


def make_imports(imports: Imports) -> Blueprint:
    """The blueprint of the actions below /api/v1."""
    api = Blueprint("imports", __name__, url_prefix="/api/v1")
    for action in ACTIONS:
        api.add_url_rule(
            action.path, action.summary, _view(imports, action), methods=[action.method.upper()]
        )
    return api


def _view(imports: Imports, action: Action) -> Callable[..., Response]:
    def view(**place: str) -> Response:
        token = needed(imports.token)
        if action.method == "post":
            refuse_strangers(request.headers, request.host, token)
        asked = read_question(action.question, request.args)
        done = action.do(imports, asked, _body(action.body, imports.largest_upload), **place)
        response = Response(to_json(done), action.status, mimetype=JSON)
        response.cache_control.no_store = True
        return response

    return view


def _body(kind: Any, largest_upload: int) -> Any:
    if kind is None:
        return None
    if kind is bytes:
        _expect(BYTES, largest_upload)
        return cast(Any, request.stream)
    _expect(JSON, _LARGEST_BODY)
    try:
        return adapter(kind).validate_json(request.get_data())
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "body"
        raise BadParameter(name, first["msg"], ()) from error


def _expect(mimetype: str, largest: int) -> None:
    if request.mimetype != mimetype:
        raise UnsupportedMediaType(f"This takes {mimetype}, not {request.mimetype or 'nothing'}.")
    if (request.content_length or 0) > largest:
        raise RequestEntityTooLarge(
            f"This is larger than {largest:,} bytes: import it with lattice import instead."
        )
    request.max_content_length = largest


def _leave_out_folder(error: LatticeError, folder: Path) -> None:
    """Let a refusal not tell where uploads are kept."""
    for name in ("message", "hint"):
        setattr(error, name, getattr(error, name).replace(f"{folder}/", ""))
