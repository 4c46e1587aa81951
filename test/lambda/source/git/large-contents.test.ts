import { SourceUnreadableError } from '../../../../lambda/shared/source/errors';
import { GitRepository } from '../../../../lambda/shared/source/git/git-repository';
import { BOUNDS, Remote } from '../../../../lambda/shared/source/git/remote';
import { ManualTiming } from '../../../support/timing';
import { serveLargeRepository } from '../support/large-repository';

const MEGABYTE = 1024 ** 2;

function open(url: string, bounds = BOUNDS): GitRepository {
  return new GitRepository(new Remote({ url, authorization: async () => undefined, advice: '', timing: new ManualTiming(), bounds }), 'large');
}

// A gigabyte is read by `npm run bench`, in a process of its own: the table "What a plan reads over Git".
test('contents that nothing compresses are passed over: what is held does not grow with them', async () => {
  const files = 60;
  const server = await serveLargeRepository(files, 4 * MEGABYTE);
  const held = () => process.memoryUsage().arrayBuffers;
  const before = held();
  let most = 0;
  const watch = setInterval(() => { most = Math.max(most, held() - before); }, 5);
  try {
    const repository = open(server.url);
    const root = await repository.folders(await repository.branchHead('main')).readFolder('.');
    expect(root?.files).toHaveLength(files);
  } finally {
    clearInterval(watch);
    server.stop();
  }
  // The server is in this process, too, and what is not held any more is freed late: half of the contents would not be an accident.
  expect(most).toBeLessThan(files * 4 * MEGABYTE / 2);
});

test('more than is read is refused while it arrives, and the server is not left sending', async () => {
  const server = await serveLargeRepository(40, 4 * MEGABYTE);
  try {
    const repository = open(server.url, { ...BOUNDS, pack: 20 * MEGABYTE });
    const refused = repository.folders(server.head).readFolder('.');
    await expect(refused).rejects.toThrow(SourceUnreadableError);
    await expect(refused).rejects.toThrow(`the pack has more than ${20 * MEGABYTE} bytes`);
    await new Promise((resolve) => { setTimeout(resolve, 500); });
    expect(server.sent()).toBeLessThan(80 * MEGABYTE);
  } finally {
    server.stop();
  }
});
