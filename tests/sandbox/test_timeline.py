"""The order of last changes, held against a plain list."""

from hypothesis import given, settings
from hypothesis import strategies as st

from nexus_ui.sandbox.timeline import Timeline

SIZE = 12
ACTIONS = st.lists(
    st.tuples(st.sampled_from(["touch", "append", "remove"]), st.integers(0, 20), st.integers(0, 2_000)), max_size=60
)


def played(actions: list[tuple[str, int, int]]) -> tuple[Timeline, list[tuple[int, int]]]:
    """A timeline after these actions, and the (stamp, index) pairs a plain list would hold."""
    timeline = Timeline(SIZE, lambda index: index * 10 + 5)
    model = {index: index * 10 + 5 for index in range(SIZE)}
    newest = max(model.values())
    for action, index, now in actions:
        if action == "append":
            newest = max(now, newest + 1)
            model[timeline.append(now)] = newest
        elif index in model and action == "touch":
            newest = max(now, newest + 1)
            timeline.touch(index, now)
            model[index] = newest
        elif index in model:
            timeline.remove(index)
            del model[index]
    return timeline, sorted((stamp, index) for index, stamp in model.items())


@settings(max_examples=200, deadline=None)
@given(actions=ACTIONS, start=st.integers(-1, 2_100))
def test_walking_in_both_directions_is_what_a_sorted_list_gives(
    actions: list[tuple[str, int, int]], start: int
) -> None:
    """Any mixture of changes, from any place."""
    timeline, model = played(actions)

    assert [index for stamp, index in model if stamp > start] == list(timeline.after(start))
    assert [index for stamp, index in reversed(model) if stamp < start] == list(timeline.before(start))
    assert len(model) == len(timeline)
    assert [stamp for stamp, _ in model] == [timeline.stamp(index) for _, index in model]


def test_a_thing_changed_thousands_of_times_costs_one_place() -> None:
    """What was left behind at the end is cleared away."""
    timeline = Timeline(3, lambda index: index)
    for now in range(10, 5_010):
        timeline.touch(1, now)

    assert [0, 2, 1] == list(timeline.after(-1))
    assert len(timeline._tail) < 1_100
