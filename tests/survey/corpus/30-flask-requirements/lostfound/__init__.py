import logging

from flask import Flask, jsonify

from .errors import ItemClaimed, NotFoundError
from .items import bp as items
from .models import db


def create_app(config=None):
    app = Flask(__name__)
    app.config.from_prefixed_env("LOSTFOUND")
    app.config.update(config or {})
    db.init_app(app)
    app.register_blueprint(items, url_prefix="/items")

    @app.errorhandler(NotFoundError)
    def not_found(e):
        return jsonify(error=str(e)), 404

    @app.errorhandler(ItemClaimed)
    def claimed(e):
        logging.info("claimed twice: %s", e)
        return jsonify(error=str(e)), 409

    @app.route("/")
    def index():
        return "lost and found"

    return app
