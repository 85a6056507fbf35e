"""From stored runs to what people read; called as a function, it writes a report.

::

    sim.report({"now": run, "halt": other}, html="halt.html", pdf="halt.pdf")
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sim.results.run import Run


class _Reporting(ModuleType):
    """The room as a function, since `sim.report` is the name of both."""

    def __call__(
        self,
        runs: Mapping[str, Run] | Run,
        html: str | Path | None = None,
        pdf: str | Path | None = None,
        docx: str | Path | None = None,
        title: str | None = None,
    ) -> list[Path]:
        """Write a report of one run, or of several by label compared with the first; return the files written.

        Without a file named it is `report.html`. UsageError, StoreError as from the command.
        """
        from pathlib import Path

        from sim.report.reporting import report_of, write_report
        from sim.results.run import Run

        own = {runs.folder.parent.name or "run": runs} if isinstance(runs, Run) else runs
        paths = [None if path is None else Path(path) for path in (html, pdf, docx)]
        if not any(paths):
            paths[0] = Path("report.html")
        return write_report(report_of(own, title), *paths)


sys.modules[__name__].__class__ = _Reporting
