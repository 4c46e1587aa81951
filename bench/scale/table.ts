/** A table as Markdown. */
export function printTable(title: string, columns: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  console.log(`\n### ${title}\n`);
  for (const cells of [columns, columns.map(() => '---'), ...rows]) {
    console.log(`| ${cells.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en-US') : cell)).join(' | ')} |`);
  }
}
