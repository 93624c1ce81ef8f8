"""A strict reader of the Mermaid that pland writes: flowcharts and Gantt charts, by their grammar and nothing more. What it
does not know is an error, so that nothing goes out that a real renderer might not draw."""
import re

ID = r"[A-Za-z][A-Za-z0-9_]*"
LABEL = r"[^\"\[\]{}<>;#&|`\n]+"


class NotMermaid(AssertionError):
    pass


def flowchart(text):
    """({id: label}, [(from, to)], {id: class})"""
    lines = text.splitlines()
    if not lines or lines[0] != "flowchart LR":
        raise NotMermaid(f"begins with {lines[:1]}")
    nodes, arrows, styles, classes = {}, [], set(), {}
    for line in lines[1:]:
        if m := re.fullmatch(rf"    ({ID})\[\"({LABEL})\"\]", line):
            if m[1] in nodes:
                raise NotMermaid(f"{m[1]} is there twice")
            nodes[m[1]] = m[2]
        elif m := re.fullmatch(rf"    ({ID}) --> ({ID})", line):
            arrows.append((m[1], m[2]))
        elif m := re.fullmatch(r"    classDef (\w+) ((?:[a-z-]+:[#\w]+,?)+)", line):
            styles.add(m[1])
        elif m := re.fullmatch(rf"    class ({ID}(?:,{ID})*) (\w+)", line):
            classes |= {node: m[2] for node in m[1].split(",")}
        else:
            raise NotMermaid(line)
    unknown = [n for pair in arrows for n in pair if n not in nodes] + [n for n in classes if n not in nodes]
    if unknown or set(classes.values()) - styles or set(nodes) & {"end", "graph", "subgraph", "class", "style"}:
        raise NotMermaid(f"unknown {unknown}, {classes}")
    return nodes, arrows, classes


def gantt(text):
    """{id: (label, critical, after, minutes)}"""
    lines, rows = text.splitlines(), {}
    if lines[:1] != ["gantt"]:
        raise NotMermaid(f"begins with {lines[:1]}")
    for line in lines[1:]:
        if re.fullmatch(r"    (title|dateFormat|axisFormat) [^:;#]+", line):
            continue
        m = re.fullmatch(rf"    ([^:;#\n]+) :(crit, )?({ID}), (\d{{4}}-\d\d-\d\d|after {ID}(?: {ID})*), (\d+)m", line)
        if not m or m[3] in rows:
            raise NotMermaid(line)
        rows[m[3]] = (m[1], bool(m[2]), m[4].split()[1:] if m[4].startswith("after") else [], int(m[5]))
    if [a for _, _, after, _ in rows.values() for a in after if a not in rows]:
        raise NotMermaid("after something that is not there")
    return rows
