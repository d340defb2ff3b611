"""What of a reading is doubtful: where another reading of the same program says otherwise."""

from dataclasses import replace

from .result import Gap, ScriptReading


def as_if_mended(reading: ScriptReading, mended: ScriptReading) -> ScriptReading:
    """What a program would say if each output were compared with its own target only."""
    fault = next(fault for fault in reading.faults if fault.key == "broadcast-loss")
    why = "read as if each output were compared with its own target"
    gap = Gap(fault.line, fault.text, why, "loss.key")
    said = tuple(replace(s, exact=s.exact and s.knob != "loss.key") for s in mended.said)
    marked = tuple(sorted({*mended.marked, "loss.key"}))
    gaps = tuple(sorted((*mended.gaps, gap), key=lambda item: item.line))
    return replace(mended, faults=reading.faults, said=said, marked=marked, gaps=gaps)


def with_doubt(reading: ScriptReading, other: ScriptReading) -> ScriptReading:
    """Marks what differs where other numbers stand in for those of a file, or of no seed."""
    first, second = reading.spec.model_dump(), other.spec.model_dump()
    marked = {
        f"{section}.{name}"
        for section, values in first.items()
        if isinstance(values, dict)
        for name, value in values.items()
        if not isinstance(second[section], dict) or second[section].get(name) != value
    }
    if "model.initial_weights" in marked:
        marked = marked - {"model.initial_weights"} | {"model.initializer"}
    table, gaps = reading.table, list(reading.gaps)
    if table != other.table:
        marked.add("data.source")
        if reading.reads_files:
            table = None
            why = "numbers that the script computes from a file's columns are not followed"
            line = next((s.line for s in reading.said if s.knob == "data.source"), 0)
            gaps.append(Gap(line, "", why, "data.source"))
    said = tuple(
        replace(item, exact=False, says=f"{item.says}, which is not known beforehand")
        if item.knob.replace("initial_weights", "initializer") in marked
        else item
        for item in reading.said
    )
    marks = tuple(sorted(marked | set(reading.marked)))
    return replace(reading, said=said, marked=marks, table=table, gaps=tuple(gaps))
