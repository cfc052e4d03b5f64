/** On a screen light or dark, on paper black on white, with the headings of the table on every page. */
export const style = `
:root { color-scheme: light dark; --ink: #1a1a1a; --faint: #5f6368; --line: #d5d7da; --paper: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececec; --faint: #a3a7ad; --line: #3c4043; --paper: #17181a; }
}
* { box-sizing: border-box; }
body {
  margin: 2rem auto; max-width: 60rem; padding: 0 1rem;
  color: var(--ink); background: var(--paper); font: 0.9rem/1.45 system-ui, sans-serif;
}
h1 { font-size: 1.4rem; margin: 0 0 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1rem; margin: 0 0 1.5rem; }
dt { color: var(--faint); }
dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { width: 100%; min-width: 46rem; border-collapse: collapse; }
th, td { padding: 0.35rem 0.6rem 0.35rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { color: var(--faint); font-weight: 600; }
td { overflow-wrap: anywhere; }
td:nth-child(2) { width: 35%; min-width: 14rem; }
td:nth-child(3), td:nth-child(4) { min-width: 6rem; }
time { white-space: nowrap; font-variant-numeric: tabular-nums; }
small { display: block; color: var(--faint); font-size: inherit; }
.amount { text-align: right; white-space: nowrap; overflow-wrap: normal; font-variant-numeric: tabular-nums; }
.amount:last-child { padding-right: 0; }
.balance td, .balance th { font-weight: 600; color: inherit; }
bdi { white-space: pre-wrap; }
@page { margin: 16mm 14mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; } }
@media print {
  :root { color-scheme: light; --ink: #000; --faint: #444; --line: #bbb; --paper: #fff; }
  body { margin: 0; max-width: none; padding: 0; font-size: 9pt; }
  .wide { overflow: visible; }
  table { min-width: 0; table-layout: fixed; }
  th, td, td:nth-child(n) { width: auto; min-width: 0; overflow-wrap: anywhere; }
  th:nth-child(1) { width: 14%; }
  th:nth-child(2) { width: 24%; }
  time, .amount { white-space: normal; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  dl, h1 { break-after: avoid; }
}
`;
