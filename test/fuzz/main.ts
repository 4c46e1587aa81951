import { parseArgs } from 'node:util';
import { PROPERTIES } from './properties';

const USAGE = `Usage:
  npm run fuzz -- [--runs N] [--seed S]   try N inputs for each property (its own number where absent), from seed S (1 where absent)`;

function wholeNumber(text: string | undefined): number | undefined {
  if (text !== undefined && !/^[1-9][0-9]{0,8}$/.test(text)) {
    throw new Error(`'${text}' is no whole number from 1 up.\n${USAGE}`);
  }
  return text === undefined ? undefined : Number(text);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' } } });
  const options = { runs: wholeNumber(values.runs), seed: wholeNumber(values.seed) ?? 1 };
  let inputs = 0;
  let broken = 0;
  for (const [kind, properties] of Object.entries(PROPERTIES)) {
    console.log(`\n${kind}`);
    for (const property of properties) {
      const checked = await property.check(options);
      const outcomes = [...checked.outcomes].sort(([, a], [, b]) => b - a).map(([outcome, count]) => `${outcome} ${count}`).join(', ');
      console.log(`  ${checked.failure === undefined ? 'holds ' : 'BROKEN'} ${property.name}: ${checked.inputs} inputs: ${outcomes}`);
      if (checked.failure !== undefined) {
        console.log(checked.failure.replace(/^/gm, '    '));
        broken++;
      }
      inputs += checked.inputs;
    }
  }
  const count = Object.values(PROPERTIES).flat().length;
  console.log(`\n${count - broken} of ${count} properties hold for ${inputs} inputs of seed ${options.seed}. Again: npm run fuzz --`
    + `${options.runs === undefined ? '' : ` --runs ${options.runs}`} --seed ${options.seed}`);
  process.exitCode = broken === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 2;
});
