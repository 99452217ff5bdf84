"""The look of the report: one style sheet, light and dark, readable on a phone."""

STYLE = """
:root{--ink:#1d2430;--soft:#5d6778;--paper:#fbfaf7;--card:#fff;--edge:#e3e0d8;--grid:#ebe8e0;
--baseline:#8a93a3;--limner:#c2492f;--part:#2f7f86;--control:#a9811e;--ablation:#6a5aa8}
@media (prefers-color-scheme:dark){:root{--ink:#e8e6e1;--soft:#a0a8b6;--paper:#15181d;--card:#1d2127;
--edge:#323842;--grid:#2b3038;--baseline:#8791a3;--limner:#f08a6c;--part:#6cc3ca;--control:#dcb85a;
--ablation:#aa9df0}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI","Noto Sans SC","PingFang SC",sans-serif}
main{max-width:1080px;margin:0 auto;padding:24px 16px 64px}
h1{font-size:1.6rem;line-height:1.25;margin:.2em 0 .4em}
h2{font-size:1.15rem;margin:2em 0 .5em}
h3{font-size:.95rem;font-weight:600;margin:0 0 .5em}
p{margin:.35em 0;max-width:72ch}.soft{color:var(--soft)}
.cards{display:grid;gap:14px;grid-template-columns:repeat(auto-fit,minmax(min(100%,330px),1fr))}
.card{background:var(--card);border:1px solid var(--edge);border-radius:10px;padding:14px;min-width:0}
.wide{overflow-x:auto}
table{border-collapse:collapse;font-size:.85rem;width:100%}
th,td{text-align:right;padding:5px 9px;border-bottom:1px solid var(--edge);white-space:nowrap;
font-variant-numeric:tabular-nums}
th:first-child,td:first-child{text-align:left;position:sticky;left:0;background:var(--card)}
td.text{white-space:normal;text-align:left;min-width:260px}
td small{color:var(--soft);display:block;font-size:.78em}
svg{display:block;width:100%;height:auto;max-width:560px}
text{fill:var(--ink);font-size:12px}.tick{fill:var(--soft);font-size:10.5px}
.grid{stroke:var(--grid)}.axis{stroke:var(--edge)}.zero{stroke:var(--soft);stroke-dasharray:3 3}
.range{stroke-width:2.5;stroke-linecap:round}.track{fill:none;stroke-width:2}
circle.baseline{fill:var(--baseline)}circle.limner{fill:var(--limner)}circle.part{fill:var(--part)}
circle.control{fill:var(--control)}circle.ablation{fill:var(--ablation)}
.range.baseline,.track.baseline{stroke:var(--baseline)}.range.limner,.track.limner{stroke:var(--limner)}
.range.part,.track.part{stroke:var(--part)}.range.control{stroke:var(--control)}
.range.ablation{stroke:var(--ablation)}.label.baseline{fill:var(--soft)}
.label.limner{fill:var(--limner);font-weight:600}tr.limner td{font-weight:600}
"""
