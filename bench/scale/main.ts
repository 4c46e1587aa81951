/** The tables of docs/performance.md, section Scale. Names of tables as arguments print these alone. */
import { diffs } from './diffs';
import { handlers } from './handlers';
import { records } from './records';
import { sources } from './sources';
import { templates } from './templates';

const TABLES: Readonly<Record<string, () => void | Promise<void>>> = {
  templates: () => templates([1, 10, 50, 200, 1_000]),
  diff: () => diffs([[1_000, 200], [10_000, 200], [10_000, 1_000], [100_000, 200], [100_000, 5_000]]),
  handlers,
  records: () => records([200, 1_000, 5_000]),
  sources: async () => sources([
    { files: 400 }, { files: 12_000 }, { files: 107_000 }, { files: 100, incompressible: 10 * 1024 ** 2 },
  ]),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(TABLES, name));
if (unknown.length > 0) {
  throw new Error(`No such table: ${unknown.join(', ')}. There are ${Object.keys(TABLES).join(', ')}.`);
}
void (async () => {
  for (const name of wanted.length > 0 ? wanted : Object.keys(TABLES)) {
    await TABLES[name]!();
  }
})();
