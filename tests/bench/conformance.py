"""Whether adapters and sandbox speak as the vendors' own files say: every marketplace's full cycle, judged both ways.

Needs the vendors' files (NEXUS_SPECS, default ../shared/specs). An answer that a file does not describe at all, such as
an outage, is counted apart.

    python -m tests.bench.conformance [slug ...]
"""

import asyncio
import importlib
import json
import sys
from collections.abc import Sequence

from nexus_ui.adapters import CATALOGUE
from tests.adapters.openapi_judge import Findings
from tests.adapters.vendor import SPECS

GOAL = 0


def main(slugs: Sequence[str]) -> None:
    """Judge each marketplace, a line each; the last line is JSON."""
    found = {slug: verdict(slug) for slug in slugs or sorted(CATALOGUE)}
    for slug, one in found.items():
        told = f"{one.requests:>6} requests {one.answers:>6} answers judged {len(one.violations):>4} violations"
        print(f"{slug:<12}{told}  {len(one.operations)} operations, not described: {dict(one.undescribed)}")
        for sentence in one.violations[:20]:
            print(f"    {sentence}")
    requests, answers = (sum(getattr(one, name) for one in found.values()) for name in ("requests", "answers"))
    violations = sum(len(one.violations) for one in found.values())
    report = {
        "name": "conformance",
        "marketplaces": len(found),
        "requests": requests,
        "answers": answers,
        "violations": violations,
        "operations_used": sum(len(one.operations) for one in found.values()),
        "operations_judged": sum(len(one.judged) for one in found.values()),
        "ratio": violations / max(requests, 1),
        "goal": GOAL,
    }
    print(json.dumps(report))


def verdict(slug: str) -> Findings:
    """What the vendor's files say of one marketplace's full cycle."""
    module = importlib.import_module(f"tests.adapters.{slug}.conformance")
    found: Findings = asyncio.run(module.judged(SPECS / slug))
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
