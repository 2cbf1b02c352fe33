"""Puts the application together from its settings."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask, current_app

from organograph_server.answers import asked, problems
from organograph_server.answers.finishing import finish
from organograph_server.answers.lane import FastLane
from organograph_server.answers.representations import Representations
from organograph_server.answers.responses import root
from organograph_server.dataset.publication import Publication
from organograph_server.gate.direct import Direct
from organograph_server.gate.versioned import Versioned, is_sound
from organograph_server.languages import templates
from organograph_server.portals import about, dcat
from organograph_server.query.editor import Editor, default_folder
from organograph_server.reconcile import reconciliation
from organograph_server.routes import (
    assets,
    changes,
    charts,
    discovery,
    documents,
    editorfiles,
    feed,
    front,
    graphs,
    graphstore,
    health,
    metrics,
    openapi,
    opened,
    profiledocuments,
    reform,
    reports,
    savedqueries,
    search,
    shapes,
    sparql,
    timetravel,
    void,
)
from organograph_server.service import Service, service
from organograph_server.settings import Settings
from organograph_server.steward import checking, publishing
from organograph_server.steward.door import StewardsDoor


def create_app(settings: Settings) -> Flask:
    """The WSGI application that serves one dataset.

    Args:
        settings: where the dataset is, and the limits.

    Raises:
        DatasetUnreadable: there is no dataset there, or it is not whole; or a file cannot be read.
    """
    app = Flask(__name__, static_folder=None)
    files = settings.files or ((settings.dataset,) if settings.dataset.is_file() else ())
    if files:
        serving = Service.of_files(settings, files)
        changed: datetime | None = datetime.fromtimestamp(max(int(path.stat().st_mtime) for path in files), UTC)
    else:
        publication = Publication.open(settings)
        publication.attach(app)
        serving, changed = Service.of_publication(publication), publication.published.changed
    serving.attach(app)
    own_editor = Editor.read(settings.editor or default_folder())
    own_editor.attach(app)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.url_map.merge_slashes = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    templates.teach(app.jinja_env)
    asked.attach(app, serving.publication)
    app.context_processor(_shared)
    app.after_request(finish)
    problems.register(app)
    own = (opened,) if files else (documents, timetravel, graphs)
    for module in (*own, sparql, editorfiles, graphstore, void, discovery, health, metrics, assets, front):
        app.register_blueprint(module.blueprint)
    app.register_blueprint(openapi.blueprint)
    if not files:
        app.register_blueprint(discovery.for_things)
        for module in (charts, savedqueries, feed, changes, search, reconciliation, shapes, dcat, profiledocuments, reform, reports, about):
            app.register_blueprint(module.blueprint)
    if settings.steward is not None:
        _open_door(app, settings)
    texts = "" if serving.publication is None else serving.publication.originals.digest
    state = f"{serving.state} {settings.page_size} {settings.page_members} {texts} {own_editor.version}"
    kept = Representations(settings.max_kept_bytes, state, changed)
    kept.attach(app)
    lane = FastLane(app.wsgi_app, is_sound, settings.max_kept_bytes, asked.chooser(app))
    Direct(serving, kept, lane).attach(app)
    app.wsgi_app = Versioned(lane, kept.version, lane.kept)  # type: ignore[method-assign]  # as Flask's documentation does
    return app


def _open_door(app: Flask, settings: Settings) -> None:
    """Open the steward's door; where nobody may publish, there is no address for it.

    Raises:
        SettingsInvalid: the file that opens it cannot be used.
    """
    door = StewardsDoor(settings)
    door.attach(app)
    app.register_blueprint(checking.blueprint)
    if door.rights.anyone_publishes:
        app.register_blueprint(publishing.blueprint)


def _shared() -> dict[str, object]:
    publication = service().publication
    has_rules = publication is not None and bool(publication.ruleset.graphs)
    return {
        "root": root(),
        "site": service().base,
        "has_things": publication is not None,
        "has_rules": has_rules,
        "has_reforms": publication is not None and len(publication.published.editions) > 1,
        "has_door": StewardsDoor.of(current_app) is not None,
    }
