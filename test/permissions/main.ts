/** Runs every scenario with every access judged, and lists the permissions that are granted and that none of them uses. */
import { Judge } from './judge';
import { permissionText, unusedPermissions } from './report';
import { explained, SCENARIOS } from './scenarios';
import { removeFolders } from '../local/support';

async function main(): Promise<number> {
  const judges: Judge[] = [];
  for (const { name, run } of SCENARIOS) {
    const judge = await run();
    judges.push(judge);
    console.log(`${name}: ${judge.accesses} accesses judged, none denied`);
  }
  const reasons = new Set(explained());
  const unused = unusedPermissions(judges).map(permissionText);
  const open = unused.filter((text) => !reasons.delete(text));
  unused.forEach((text) => console.log(`  unused${open.includes(text) ? ', and not explained' : ''}: ${text}`));
  reasons.forEach((text) => console.log(`  explained in docs/security.md, but used or not granted: ${text}`));
  console.log(`${unused.length} permissions are granted and unused; ${open.length} of them are not explained.`);
  return open.length + reasons.size === 0 ? 0 : 1;
}

main().finally(removeFolders).then((code) => { process.exitCode = code; }, (error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
