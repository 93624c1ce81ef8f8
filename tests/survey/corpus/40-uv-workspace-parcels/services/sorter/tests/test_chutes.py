from sorter.chutes import chute_of


def test_there_are_24_chutes():
    assert {chute_of(str(n)) for n in range(500)} <= set(range(24))
