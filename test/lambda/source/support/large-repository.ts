import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { deflateSync } from 'node:zlib';

const TYPES = { commit: 1, tree: 2, blob: 3 } as const;
const PACKET = 65_515;

export interface LargeRepository {
  readonly url: string;
  /** The commit that `main` points at. */
  readonly head: string;
  /** Bytes of packs that were sent. */
  sent(): number;
  stop(): void;
}

/**
 * Serves a repository of one commit whose files nothing compresses, by Git's protocol 2 and without filters. Its pack is made while it is sent, so that
 * gigabytes of it need neither a disk nor memory.
 */
export async function serveLargeRepository(files: number, bytesOfEach: number): Promise<LargeRepository> {
  const shared = randomBytes(bytesOfEach);
  const blob = (index: number) => {
    shared.writeUInt32BE(index, 0);
    return shared;
  };
  const entries = Array.from({ length: files }, (_, index) => {
    const name = `file-${String(index).padStart(6, '0')}`;
    return Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(idOf('blob', blob(index)), 'hex')]);
  });
  const tree = Buffer.concat(entries);
  const commit = Buffer.from(`tree ${idOf('tree', tree)}\nauthor A <a@example.com> 1700000000 +0000\ncommitter A <a@example.com> 1700000000 +0000\n\n\n`);
  const head = idOf('commit', commit);

  function* pack(): Generator<Buffer> {
    const hash = createHash('sha1');
    const parts = function* (): Generator<Buffer> {
      const start = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
      start.writeUInt32BE(files + 2, 8);
      yield start;
      yield packed('commit', commit);
      yield packed('tree', tree);
      for (let index = 0; index < files; index++) {
        yield packed('blob', blob(index));
      }
    };
    for (const part of parts()) {
      hash.update(part);
      for (let at = 0; at < part.length; at += PACKET) {
        yield part.subarray(at, at + PACKET);
      }
    }
    yield hash.digest();
  }

  let sent = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => { body += piece.toString(); }).on('end', () => void answer(body, response));
  });
  async function answer(body: string, response: ServerResponse): Promise<void> {
    if (body === '') {
      response.end(Buffer.concat([packet('# service=git-upload-pack\n'), FLUSH, packet('version 2\n'), packet('ls-refs\n'), packet('fetch=shallow\n'), FLUSH]));
    } else if (body.includes('command=ls-refs')) {
      response.end(Buffer.concat([packet(`${head} refs/heads/main\n`), FLUSH]));
    } else {
      response.write(packet('packfile\n'));
      for (const bytes of pack()) {
        if (response.destroyed) {
          return;
        }
        sent += bytes.length;
        if (!response.write(packet(Buffer.concat([Buffer.from([1]), bytes]))) && !response.destroyed) {
          await drained(response);
        }
      }
      response.end(FLUSH);
    }
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/large.git`,
    head,
    sent: () => sent,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function drained(response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => {
    const go = () => {
      response.off('drain', go).off('close', go);
      resolve();
    };
    response.on('drain', go).on('close', go);
  });
}

const FLUSH = Buffer.from('0000');

function packet(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes]);
}

/** An object of a pack; stored as it is, as compression would gain nothing. */
function packed(type: keyof typeof TYPES, content: Buffer): Buffer {
  const header = [TYPES[type] * 16 + content.length % 16];
  for (let rest = Math.floor(content.length / 16); rest > 0; rest = Math.floor(rest / 128)) {
    header[header.length - 1]! += 128;
    header.push(rest % 128);
  }
  return Buffer.concat([Buffer.from(header), deflateSync(content, { level: 0 })]);
}

function idOf(type: string, content: Buffer): string {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex');
}
