from flask import Blueprint, jsonify, request

from .errors import ItemClaimed, NotFoundError
from .models import Item, db

bp = Blueprint("items", __name__)


def _item(item_id):
    item = db.session.get(Item, item_id)
    if item is None:
        raise NotFoundError(f"no item {item_id}")
    return item


@bp.route("/", methods=["GET", "POST"])
def items():
    if request.method == "POST":
        item = Item(what=request.json["what"])
        db.session.add(item)
        db.session.commit()
        return jsonify(id=item.id), 201
    return jsonify([i.what for i in Item.query.all()])


@bp.get("/<int:item_id>")
def one(item_id):
    return jsonify(what=_item(item_id).what)


@bp.route(
    "/<int:item_id>/claim",
    methods=["PUT"],
)
def claim(item_id):
    item = _item(item_id)
    if item.claimed_by:
        raise ItemClaimed(str(item_id))
    item.claimed_by = request.json["name"]
    db.session.commit()
    return "", 204
