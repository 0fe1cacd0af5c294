"""A result for people: one line when it holds, else each difference, state first and wording last."""

from pathlib import Path

from app.replay.run import Result
from app.replay.script import Turn


def report(path: Path, result: Result) -> str:
    if result.holds:
        return f"{path}: holds ({len(result.turns)} turns)"
    lines = [f"{path}: {result.script.title}"]
    for number, played in enumerate(result.turns, start=1):
        if played.differences:
            lines.append(f"  turn {number}, {_done(played.turn)}")
            lines += [f"   {difference}" for difference in played.differences]
    lines += [f"  {difference}" for difference in result.end_differences]
    return "\n".join(lines)


def _done(turn: Turn) -> str:
    if turn.say is not None:
        return f"“{turn.say}”"
    name, value = next((name, value) for name, value in turn if name != "expect" and value is not None)
    shown = value if isinstance(value, dict) else value.model_dump(exclude_defaults=True)
    return f"{name} {shown}"
