import { BatchGetCommand, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { fileComponent, World } from '../../support/world';

/** Every read of a program's, by what it asks for; indexes have no consistent reads. */
function watched(db: DynamoDb): { readonly db: DynamoDb; readonly eventual: string[]; readonly seen: Set<string> } {
  const eventual: string[] = [];
  const seen = new Set<string>();
  const note = (command: GetCommand | BatchGetCommand | QueryCommand, reads: readonly { readonly ConsistentRead?: boolean }[]) => {
    seen.add(command.constructor.name);
    reads.filter(({ ConsistentRead: consistent }) => consistent !== true).forEach(() => eventual.push(JSON.stringify(command.input)));
  };
  const client = new Proxy(db.client, {
    get: (target, property) => (property !== 'send' ? Reflect.get(target, property) as unknown : async (command: object) => {
      if (command instanceof GetCommand || (command instanceof QueryCommand && command.input.IndexName === undefined)) {
        note(command, [command.input]);
      } else if (command instanceof BatchGetCommand) {
        note(command, Object.values(command.input.RequestItems!));
      }
      return target.send(command as never);
    }),
  });
  return { db: { ...db, client, createTables: async () => db.createTables() }, eventual, seen };
}

describe('What programs read of the tables', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  it('is what was written last: a diff that is missed would leave a component at its earlier build', async () => {
    const { db: observed, eventual, seen } = watched(db);
    const world = await World.create(observed, [fileComponent('x'), fileComponent('y', { dependsOn: ['x'] }), fileComponent('z', { dependsOn: ['y'] })]);
    await world.deploy({ x: 'x1', y: 'y1', z: 'z1' });
    await world.deploy({ x: 'x2' });
    world.push({ z: 'z2' });
    await world.run((await world.diff())!);
    await world.promote('prod=1');
    expect(seen).toEqual(new Set(['BatchGetCommand', 'GetCommand', 'QueryCommand']));
    expect(eventual).toEqual([]);
  });
});
