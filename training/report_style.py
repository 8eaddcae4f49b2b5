"""The look that all reports share, on screens and on paper."""

STYLE = """
:root { --ink: #22302c; --pale: #66736e; --line: #dde3e0; --accent: #2f6f5e; --soft: #f4f7f5; }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 62rem; padding: 3rem 1.5rem 4rem; color: var(--ink); background: #fff;
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "PingFang SC",
  "Microsoft YaHei", sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem; overflow-wrap: anywhere }
h2 { font-size: 1.2rem; margin: 3rem 0 .8rem }
p { max-width: 44rem; margin: .5rem 0 } .pale { color: var(--pale); font-size: .88rem }
.top { list-style: none; display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr));
  gap: .8rem; margin: 1.8rem 0 0; padding: 0 }
.top li { background: var(--soft); border-radius: .6rem; padding: .9rem 1.1rem }
.top b { display: block; font-size: 1.6rem; line-height: 1.3; font-weight: 600;
  font-variant-numeric: tabular-nums }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .92rem }
th, td { text-align: left; vertical-align: top; padding: .5rem .9rem .5rem 0;
  border-top: 1px solid var(--line) }
thead th { border-top: 0; font-weight: 600; vertical-align: bottom }
tbody th { font-weight: 500; min-width: 11rem }
tbody th .pale { display: block; font-weight: 400; max-width: 34rem }
th:last-child, td:last-child { padding-right: 0 }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
thead .n { white-space: normal } td.own { font-weight: 600; color: var(--accent) }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(24rem, 1fr)); gap: 1.6rem 2rem }
figure { margin: 0 } figure.all { grid-column: 1 / -1; max-width: 46rem } img { width: 100%; height: auto }
figcaption { color: var(--pale); font-size: .88rem; margin-top: .3rem }
ul.said { margin: 0; padding: 0; list-style: none } ul.said li { overflow-wrap: anywhere }
.cautions { border-left: 3px solid #c4622d; padding: .1rem 0 .1rem 1rem; margin-top: 1.6rem }
@media screen and (max-width: 40rem) {
  .pictures { grid-template-columns: 1fr } body { padding-top: 1.5rem }
  .listed tr { display: flex; flex-wrap: wrap; gap: 0 .8rem; border-top: 1px solid var(--line);
    padding: .5rem 0 }
  .listed thead tr { border: 0 }
  .listed th, .listed td { border: 0; padding: 0; color: var(--pale); overflow-wrap: anywhere }
  .listed .taken::before { content: "→ " }
  .listed :last-child:is(th, td) { order: -1; flex-basis: 100%; color: var(--ink) }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt } h2 { break-after: avoid; margin-top: 1.6rem }
  figure, tr, .top li { break-inside: avoid } .pictures { grid-template-columns: 1fr 1fr }
  .top { grid-template-columns: repeat(5, 1fr) } .wide { overflow: visible }
  .top li { border: 1px solid var(--line); padding: .6rem .8rem }
}
"""
