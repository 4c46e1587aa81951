/** What a merge costs and how long it takes, beside peers: `npm run cost -- --components 50 --depth 3 --changed 1 [--json]`. */
import { ASSUMPTION_DATA, PRICE_DATA } from './data';
import { IdleMonth } from './ours';
import { Refused, Row } from './row';
import { Pricing } from './rows';
import { DEFAULT_SCENARIO, parseOptions, Scenario } from './scenario';
import { TABLES } from './tables';

async function main(args: readonly string[]): Promise<void> {
  const { scenario, json, tables } = parseOptions(args);
  const pricing = new Pricing();
  if (json) {
    const rows = (await pricing.rows(scenario)).filter((row) => !('refused' in row));
    console.log(JSON.stringify({ rows }));
    return;
  }
  for (const { title, scenarios } of tables ? TABLES : [{ title: 'One merge', scenarios: [scenario] }]) {
    console.log(`\n### ${title}\n\n| components | changed | commands, min | environments | CloudFormation, min | by | dollars | minutes | outside CloudFormation | builds | actions |`);
    console.log('| --: | --: | --: | --: | --: | --- | --: | --: | --: | --: | --: |');
    for (const one of scenarios) {
      (await pricing.rows(one)).forEach((row) => console.log(line(one, row)));
    }
  }
  console.log(`\n### A month without a merge\n\n${month(await pricing.idle(tables ? DEFAULT_SCENARIO : scenario))}`);
  console.log(`\n### Prices (${PRICE_DATA.region})\n\n| price | per | read on | AWS's page | seen on |\n| --: | --- | --- | --- | --- |`);
  Object.values(PRICE_DATA.prices).forEach(({ dollars, per, date, source, seenOn }) => {
    console.log(`| ${typeof dollars === 'number' ? `$${dollars}` : Object.entries(dollars).map(([name, price]) => `${name} $${price}`).join(', ')} | ${per} | ${date} | ${source} | ${seenOn ?? ''} |`);
  });
  console.log('\n### Assumptions\n\n| what | value | from | to | why |\n| --- | --: | --: | --: | --- |');
  Object.entries(ASSUMPTION_DATA).forEach(([name, { value, low, high, why }]) => console.log(`| ${name} | ${value} | ${low ?? ''} | ${high ?? ''} | ${why} |`));
}

function line({ components, changed, commands, environments, cloudFormation }: Scenario, row: Row | Refused): string {
  const figures = 'refused' in row ? [row.by, row.refused, '', '', '', ''] : [
    row.by, `$${row.dollars.toFixed(row.dollars < 0.001 ? 6 : 4)}`, row.minutes.toFixed(1), row.minutesOutsideCloudFormation.toFixed(1), row.builds, row.actions,
  ];
  return `| ${[components, changed === 0 ? 'nothing' : changed, commands, environments, cloudFormation, ...figures].join(' | ')} |`;
}

function month({ looks, lookDollars, metricDollars, keyDollars, alarmDollars }: IdleMonth): string {
  const sum = lookDollars + metricDollars + keyDollars + alarmDollars;
  return `${looks} looks $${lookDollars.toFixed(3)}, custom metrics $${metricDollars.toFixed(2)}, keys $${keyDollars.toFixed(2)}, alarms $${alarmDollars.toFixed(2)}: $${sum.toFixed(2)} together; what is stored comes on top.`;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
