"""What a night's report adds to the look of reports."""

STYLE = """
:root { --good: #1d7a45; --bad: #b3371f; --live: #2f6f5e; --kept: #a35a00; }
body { max-width: 70rem } h1 { max-width: 56rem; font-size: 1.6rem; margin: .5rem 0 }
h1 + p { font-size: 1.05rem } .where { margin: 0 } h3 { font-size: 1rem; margin: 1.8rem 0 .4rem }
.mark { display: inline-block; padding: .1rem .7rem; border-radius: 1rem; color: #fff;
  background: var(--pale); font-weight: 600; font-size: .88rem }
.mark.live { background: var(--live) } .mark.trial { background: #4a6fa5 }
.mark.kept { background: var(--kept) }
.mark.failed { background: var(--bad) }
.failed-checks { list-style: none; margin: 1rem 0 0; padding: .1rem 0 .1rem 1rem;
  border-left: 3px solid var(--kept) }
.failed-checks li { padding: .15rem 0; overflow-wrap: anywhere }
.wide + .wide, .pictures, .pictures + .wide { margin-top: 1.6rem }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(26rem, 1fr)); gap: 0 2.5rem;
  align-items: start }
.sides h2, .sides h3 { margin-top: 1.4rem } .sides tbody th { min-width: 9rem }
.good { color: var(--good) } .bad { color: var(--bad) } .good b, .bad b { font-weight: 600 }
.note { display: block; color: var(--pale); font-size: .82rem; font-weight: 400 }
td .note { white-space: normal }
.said { overflow-wrap: anywhere; min-width: 10rem } .chip { display: inline-block; padding: 0 .5rem;
  border-radius: .6rem; background: var(--soft); font-size: .88rem }
.chip.bad { background: #fbeae6 } code { font-size: .9em; overflow-wrap: anywhere }
ul.changes { list-style: none; margin: 0; padding: 0 }
ul.changes > li { display: grid; grid-template-columns: 1fr 1fr; gap: .3rem 1.6rem; padding: .8rem 0;
  border-top: 1px solid var(--line) }
ul.changes > li > p { grid-column: 1 / -1; margin: 0; max-width: none; font-weight: 600;
  overflow-wrap: anywhere }
ul.changes > li > p span { font-weight: 400; color: var(--pale); font-size: .88rem; margin-left: .6rem }
ul.changes div { overflow-wrap: anywhere; font-size: .94rem; min-width: 0 }
ul.changes div .note { margin-bottom: .1rem }
ul.changes .now { border-left: 2px solid var(--line); padding-left: 1rem }
.bar { display: inline-block; height: .5rem; border-radius: .25rem; background: var(--live);
  vertical-align: middle }
.bar-of { width: 12rem }
figure { max-width: 36rem } figure img { max-height: 32rem; object-fit: contain; object-position: left }
@media screen and (max-width: 40rem) {
  body { padding: 1.2rem 1rem 3rem } h1 { font-size: 1.3rem }
  .sides, .pictures { grid-template-columns: minmax(0, 1fr) } .sides tbody th { min-width: 0 }
  .sides th, .sides td { padding-right: .6rem }
  .stack thead { display: none }
  .stack tr { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: .5rem 0;
    border-top: 1px solid var(--line) }
  .stack td { border: 0; padding: 0; text-align: left; overflow-wrap: anywhere; max-width: 100% }
  .stack td:first-child { font-weight: 500 } .stack td:first-child, .stack td.said { flex-basis: 100% }
  .stack td:not(:first-child)::before { content: attr(data-of) " "; color: var(--pale); font-size: .85rem }
  .stack td:empty { display: none }
  ul.changes > li { grid-template-columns: minmax(0, 1fr) }
  ul.changes .now { border: 0; padding: 0 } .bar-of { width: 8rem }
}
@page { size: A4; margin: 14mm 13mm }
@media print {
  html { font-size: 12.5px } body { font-size: 1rem } h1 { font-size: 15pt } h2, h3 { break-after: avoid }
  .sides { grid-template-columns: 1fr 1fr; gap: 0 1.6rem } .sides tbody th { min-width: 0 }
  th, td { padding-right: .5rem } .said { min-width: 0 }
  ul.changes > li { break-inside: avoid } figure { max-width: 36rem } figure img { max-height: 11cm }
  .mark, .chip, .bar { print-color-adjust: exact; -webkit-print-color-adjust: exact }
  .failed-checks { break-inside: avoid } p + .wide, .pale + ul { break-before: avoid }
}
"""
