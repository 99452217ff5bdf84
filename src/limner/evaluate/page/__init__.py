"""The report as one HTML file."""

from limner.evaluate.report import Report
from limner.records import Language


def write_page(report: Report, lang: Language) -> str:
    """Return a self-contained page."""
    return f"<!doctype html><html lang={lang}><title>limner evaluate</title><p>{report.protocol}"
