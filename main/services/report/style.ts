/** The report's one style sheet: light, for screens and for A4 or Letter. */
export const style = `
:root { color-scheme: light; --ink: #1a1e25; --soft: #4d5562; --line: #d9dde3; --many: #2558b0; --medium: #189788; --few: #d17f00; }
* { box-sizing: border-box; }
body { max-width: 760px; margin: 0 auto; padding: 32px 20px; color: var(--ink); background: #fff; font: 13px/1.45 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Ubuntu, Cantarell, sans-serif; font-variant-numeric: tabular-nums; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
h1 { margin: 0; font-size: 22px; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 28px 0 8px; padding-top: 10px; border-top: 1px solid var(--line); font-size: 15px; break-after: avoid; }
p { margin: 4px 0; text-wrap: pretty; }
section:not(.long) { break-inside: avoid; }
ul { margin: 4px 0; padding-left: 20px; }
.soft { color: var(--soft); }
.lead { font-size: 15px; }
.notes { white-space: pre-wrap; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 3px 8px 3px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: middle; overflow-wrap: anywhere; }
thead th { color: var(--soft); font-weight: 500; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
.n { text-align: right; white-space: nowrap; overflow-wrap: normal; }
dl { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 8px 16px; margin: 0; }
dl div { break-inside: avoid; }
dt { color: var(--soft); font-size: 12px; }
dd { margin: 0; overflow-wrap: anywhere; }
dd span { display: block; color: var(--soft); font-size: 12px; }
figure { margin: 8px 0; break-inside: avoid; }
svg { display: block; width: 100%; height: auto; }
.bar { width: 200px; }
.rule { stroke: var(--line); }
.tick { fill: var(--soft); font-size: 11px; }
.track { fill: #eef0f3; }
.whisker { fill: none; stroke: var(--ink); stroke-width: 1.2; }
rect.all { fill: #4d5562; } rect.many { fill: var(--many); } rect.medium { fill: var(--medium); } rect.few { fill: var(--few); }
.curve { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
.line-all { stroke: var(--ink); } .line-many { stroke: var(--many); stroke-dasharray: 2 3; } .line-medium { stroke: var(--medium); stroke-dasharray: 6 3; } .line-few { stroke: var(--few); stroke-width: 2.5; }
.ink-all { fill: var(--ink); } .ink-many { fill: #1f4c99; } .ink-medium { fill: #0a6a5f; } .ink-few { fill: #8a5100; }
.chip { display: inline-block; padding: 0 6px; border-radius: 4px; white-space: nowrap; }
.soft-many { color: #1f4c99; background: #e8effa; } .soft-medium { color: #0a6a5f; background: #e2f4f1; } .soft-few { color: #8a5100; background: #fdf1dd; }
.mistakes { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 10px 20px; margin: 0; padding: 0; list-style: none; }
.mistakes li { break-inside: avoid; overflow-wrap: anywhere; }
.thumbs { display: flex; gap: 4px; margin-top: 4px; }
.thumbs img { width: 64px; height: 64px; object-fit: contain; background: #eef0f3; border-radius: 4px; }
@page { margin: 14mm; }
@media print { body { max-width: none; padding: 0; } }
@media (max-width: 560px) { dl, .mistakes { grid-template-columns: minmax(0, 1fr); } .bar { width: 100px; } }
`
