from rq import Retry

from .models import Item

RETRY = Retry(max=3, interval=[10, 60, 300])


def remind(item_id):
    return Item.query.get(item_id).what
