/** The look that all pages share: light and dark, wide screens and phones. */
const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --ground: #ffffff; --raised: #f6f8fa; --accent: #0969da; --marked: #fff3cd; --edge: #9a6700; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9198a1; --line: #3d444d; --ground: #0d1117; --raised: #151b23; --accent: #4493f8; --marked: #3a2d05; --edge: #d29922; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem 1rem 4rem; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
h2 { font-size: 1.125rem; margin: 2rem 0 .5rem; }
p, li, td { overflow-wrap: anywhere; }
code { font: .875em ui-monospace, monospace; }
td code { white-space: nowrap; }
.soft { color: var(--soft); }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .4rem .75rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
tr:last-child > * { border-bottom: 0; }
thead th { background: var(--raised); white-space: nowrap; }
tbody th { font-weight: 600; }
.marked { background: var(--marked); box-shadow: inset 3px 0 var(--edge); }
.note { padding: .4rem .75rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: .75rem; margin: 0; }
.figures > div { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; background: var(--raised); }
.figures dt { color: var(--soft); font-size: .875rem; }
.figures dd { margin: 0; font-size: 1.375rem; font-weight: 600; }
.figures dd + dd { font-size: .8125rem; font-weight: 400; color: var(--soft); }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; padding: .5rem .75rem; }
summary { cursor: pointer; }
svg { display: block; max-width: none; }
svg text { fill: var(--ink); font: 13px system-ui, sans-serif; }
svg rect { fill: var(--raised); stroke: var(--line); }
svg path { fill: none; stroke: var(--soft); }
svg .marked rect { fill: var(--marked); stroke: var(--edge); stroke-width: 2; }
`;

/**
 * A page that is one file. It loads nothing, and nothing in it is active: its policy forbids scripts.
 * @param title as plain text
 * @param body HTML in which every value is escaped
 */
export function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${body}
</body>
</html>
`;
}

/** Text as it stands in HTML, in an attribute's value too. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
