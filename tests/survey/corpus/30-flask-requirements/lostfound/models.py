from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Item(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    what = db.Column(db.Text, nullable=False)
    claimed_by = db.Column(db.Text)
