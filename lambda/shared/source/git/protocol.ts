import { ByteQueue } from './byte-queue';
import { GitAnswerError } from './git-error';
import { bandedPack, DELIMITER, FLUSH, packet, plainPack, readPacket, packetText } from './packets';

/** What a server says of itself. */
export interface Advertisement {
  readonly version: 0 | 2;
  readonly capabilities: ReadonlyMap<string, string>;
  /** Protocol 0 lists all refs at once. */
  readonly refs: ReadonlyMap<string, string>;
}

/** What is asked for: objects by their IDs. */
export interface FetchRequest {
  readonly wants: readonly string[];
  /** Commits without their history, and without contents where the server can leave them out. Otherwise exactly the objects. */
  readonly commits: boolean;
}

const SERVICE = 'git-upload-pack';
const CUT = 'The answer of the Git server is cut off: its closing packet is missing.';
const TAGS = 'refs/tags/';
const PEELED = 'peeled:';
const PEELED_REF = '^{}';
const OBJECT_ID = /^[0-9a-f]{40}$/;

/** Path and query of the first request. */
export const DISCOVERY = `/info/refs?service=${SERVICE}`;
/** Path of all others. */
export const UPLOAD_PACK = `/${SERVICE}`;

export async function readAdvertisement(queue: ByteQueue): Promise<Advertisement> {
  const lines: string[] = [];
  let closed = false;
  for (let next = await readPacket(queue); next !== undefined; next = await readPacket(queue)) {
    closed = next === 'flush';
    if (typeof next !== 'string') {
      lines.push(packetText(next));
    }
  }
  if (!closed && lines.length > 0) {
    throw new GitAnswerError(CUT);
  }
  const found = lines.filter((line) => !line.startsWith('# service=') && line !== 'version 1');
  if (found[0] === 'version 2') {
    return { version: 2, capabilities: named(found.slice(1)), refs: new Map() };
  }
  const [first = '', capabilities = ''] = found[0]?.split('\0') ?? [];
  if (found.length === 0 || !found.every((line, index) => /^([0-9a-f]{40}|[0-9a-f]{64}) \S/.test(index === 0 ? first : line) || line.startsWith('shallow '))) {
    throw new GitAnswerError('The answer is not of Git\'s protocol: it lists neither capabilities nor refs. Is the address that of a repository?');
  }
  return {
    version: 0,
    capabilities: named(capabilities.trim().split(' ')),
    refs: new Map(found.map((line) => line.split('\0')[0]!.split(' ')).map(([id, ref]) => [ref!, id!])),
  };
}

function named(capabilities: readonly string[]): ReadonlyMap<string, string> {
  return new Map(capabilities.map((text) => [text.split('=', 1)[0]!, text.slice(text.indexOf('=') + 1)]));
}

/** Whether the server counts objects by another hash than SHA-1. */
export function objectFormat({ capabilities, refs }: Advertisement): string {
  const [anyId = ''] = refs.values();
  return capabilities.get('object-format') ?? (anyId.length === 64 ? 'sha256' : 'sha1');
}

/** Whether the server can leave contents out. */
export function canFilter(advertisement: Advertisement): boolean {
  return fetchFeatures(advertisement).has('filter');
}

/** Whether the server can leave the history out. */
export function canDeepen(advertisement: Advertisement): boolean {
  return fetchFeatures(advertisement).has('shallow');
}

function fetchFeatures({ version, capabilities }: Advertisement): ReadonlySet<string> {
  return new Set(version === 2 ? (capabilities.get('fetch') ?? '').split(' ') : capabilities.keys());
}

/** Asks for one ref (protocol 2). */
export function refRequest({ capabilities }: Advertisement, ref: string): string {
  return [packet('command=ls-refs'), ...formatLine(capabilities), DELIMITER, packet(`ref-prefix ${ref}`), FLUSH].join('');
}

/** Asks for all tags whose names begin so (protocol 2), with what annotated ones are tags of. */
export function tagsRequest({ capabilities }: Advertisement, prefix: string): string {
  return [packet('command=ls-refs'), ...formatLine(capabilities), DELIMITER, packet('peel'), packet(`ref-prefix ${TAGS}${prefix}`), FLUSH].join('');
}

/** The tags in the answer: what they point at, peeled. */
export async function readTags(queue: ByteQueue, prefix: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  let closed = false;
  for (let next = await readPacket(queue); next !== undefined; next = await readPacket(queue)) {
    closed = next === 'flush';
    const [id, ref, ...attributes] = typeof next === 'string' ? [] : packetText(next).split(' ');
    if (ref?.startsWith(TAGS + prefix) === true) {
      const peeled = attributes.find((attribute) => attribute.startsWith(PEELED))?.slice(PEELED.length);
      found.set(ref.slice(TAGS.length), requireId(peeled ?? id)!);
    }
  }
  if (!closed) {
    throw new GitAnswerError(CUT);
  }
  return found;
}

/** The tags that protocol 0 lists with all refs: what an annotated one is a tag of follows under the name and `^{}`. */
export function advertisedTags({ refs }: Advertisement, prefix: string): ReadonlyMap<string, string> {
  return new Map([...refs.keys()].filter((ref) => ref.startsWith(TAGS + prefix) && !ref.endsWith(PEELED_REF)).map((ref) => (
    [ref.slice(TAGS.length), requireId(refs.get(`${ref}${PEELED_REF}`) ?? refs.get(ref))!])));
}

function formatLine(capabilities: ReadonlyMap<string, string>): string[] {
  return capabilities.has('object-format') ? [packet('object-format=sha1')] : [];
}

export async function readRef(queue: ByteQueue, ref: string): Promise<string | undefined> {
  let found: string | undefined;
  let closed = false;
  for (let next = await readPacket(queue); next !== undefined; next = await readPacket(queue)) {
    closed = next === 'flush';
    const [id, name] = typeof next === 'string' ? [] : packetText(next).split(' ');
    if (name === ref) {
      found = id;
    }
  }
  if (!closed) {
    throw new GitAnswerError(CUT);
  }
  return requireId(found);
}

/** @throws GitAnswerError for what is no object ID */
export function requireId(id: string | undefined): string | undefined {
  if (id !== undefined && !OBJECT_ID.test(id)) {
    throw new GitAnswerError(`The answer is not of Git's protocol: ${JSON.stringify(id)} is no object ID.`);
  }
  return id;
}

/** Never a thin pack, and never anything that the server is said to have given before: all that is needed is in the answer. */
export function fetchRequest(advertisement: Advertisement, { wants, commits }: FetchRequest): string {
  const { version, capabilities } = advertisement;
  const deepen = commits && canDeepen(advertisement) ? [packet('deepen 1')] : [];
  const filter = commits && canFilter(advertisement) ? [packet('filter blob:none')] : [];
  if (version === 2) {
    return [
      packet('command=fetch'), ...formatLine(capabilities), DELIMITER, packet('ofs-delta'), packet('no-progress'),
      ...wants.map((id) => packet(`want ${id}`)), ...deepen, ...filter, packet('done'), FLUSH,
    ].join('');
  }
  // Azure DevOps takes no client that lacks `multi_ack`.
  const acknowledgements = ['multi_ack_detailed', 'multi_ack'].find((name) => capabilities.has(name));
  const band = ['side-band-64k', 'side-band'].find((name) => capabilities.has(name));
  const used = [
    acknowledgements, band, ...['ofs-delta', 'no-progress'].filter((name) => capabilities.has(name)),
    deepen.length > 0 ? 'shallow' : undefined, filter.length > 0 ? 'filter' : undefined,
  ].filter((name) => name !== undefined);
  return [
    ...wants.map((id, index) => packet(index === 0 && used.length > 0 ? `want ${id} ${used.join(' ')}` : `want ${id}`)),
    ...deepen, ...filter, FLUSH, packet('done'),
  ].join('');
}

/** The bytes of the pack that answers `fetchRequest`. */
export async function* packOf(queue: ByteQueue, { version, capabilities }: Advertisement): AsyncGenerator<Buffer, void> {
  for (;;) {
    const next = await readPacket(queue);
    if (next === undefined) {
      throw new GitAnswerError('The answer of the Git server is cut off: it holds no pack.');
    }
    const text = typeof next === 'string' ? '' : packetText(next);
    if (version === 2 ? text === 'packfile' : text === 'NAK' || /^ACK [0-9a-f]{40}$/.test(text)) {
      yield* version === 2 || capabilities.has('side-band-64k') || capabilities.has('side-band') ? bandedPack(queue) : plainPack(queue);
      return;
    }
    if (version === 0 && text !== '' && !/^(ACK [0-9a-f]{40} (continue|common|ready)|(un)?shallow [0-9a-f]{40})$/.test(text)) {
      throw new GitAnswerError(`The answer is not of Git's protocol: it says ${JSON.stringify(text.slice(0, 100))} where a pack is to follow.`);
    }
  }
}
