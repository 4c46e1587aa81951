import { createHash } from 'crypto';
import { createServer, Server } from 'http';
import { AddressInfo } from 'net';
import { gzipSync } from 'zlib';
import { Published, Universe } from './universe';

/** A registry on this machine that gives out what of a universe is published. */
export class Registry {
  public static async start(universe: Universe): Promise<Registry> {
    const registry = new Registry(universe);
    await new Promise<void>((resolve) => registry.server.listen(0, '127.0.0.1', resolve));
    return registry;
  }

  private readonly server: Server;
  private readonly published: Set<string>;
  private readonly tarballs = new Map<string, Buffer>();

  private constructor(private readonly universe: Universe) {
    this.published = new Set([...universe.values()].flatMap((versions) => [...versions.values()]).filter(({ version }) => version.endsWith('.0.0')).map(idOf));
    this.server = createServer((request, response) => {
      const path = decodeURIComponent(new URL(request.url!, 'http://127.0.0.1').pathname).slice(1);
      const tarball = this.tarball(path);
      const manifest = tarball === undefined ? this.manifest(path) : undefined;
      if (tarball !== undefined) {
        response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': tarball.length }).end(tarball);
      } else if (manifest !== undefined) {
        response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache' }).end(JSON.stringify(manifest));
      } else {
        response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
      }
    });
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public publish(name: string, version: string): void {
    this.published.add(`${name}@${version}`);
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => { this.server.close(resolve); });
  }

  private manifest(name: string): object | undefined {
    const versions = [...this.universe.get(name)?.values() ?? []].filter((one) => this.published.has(idOf(one)));
    if (versions.length === 0) {
      return undefined;
    }
    const time = '2020-01-01T00:00:00.000Z';
    return {
      name,
      'dist-tags': { latest: versions.at(-1)!.version },
      'modified': time,
      'time': { created: time, modified: time, ...Object.fromEntries(versions.map(({ version }) => [version, time])) },
      'versions': Object.fromEntries(versions.map((one) => [one.version, { ...one, dist: this.dist(one) }])),
    };
  }

  private dist(one: Published): object {
    const path = `${one.name}/-/${one.name.replace(/^@[^/]+\//, '')}-${one.version}.tgz`;
    const tarball = this.pack(path, one);
    return {
      tarball: `${this.url}/${path}`,
      shasum: createHash('sha1').update(tarball).digest('hex'),
      integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
    };
  }

  private pack(path: string, one: Published): Buffer {
    const known = this.tarballs.get(path);
    const tarball = known ?? gzipSync(tar({ 'package/package.json': JSON.stringify(one), 'package/index.js': sourceOf(one.name, one.version) }));
    this.tarballs.set(path, tarball);
    return tarball;
  }

  private tarball(path: string): Buffer | undefined {
    const match = /^((?:@[^/]+\/)?[^/]+)\/-\/.*-(\d+\.\d+\.\d+)\.tgz$/.exec(path);
    const one = match === null ? undefined : this.universe.get(match[1]!)?.get(match[2]!);
    return one && this.pack(path, one);
  }
}

function idOf({ name, version }: Published): string {
  return `${name}@${version}`;
}

/** The only source of a package. */
export function sourceOf(name: string, version: string): string {
  return `// ${name} ${version}\nmodule.exports = 'plain';\n`;
}

/** An archive in the form of `ustar`. */
function tar(files: { readonly [path: string]: string }): Buffer {
  const blocks = Object.entries(files).flatMap(([path, text]) => {
    const content = Buffer.from(text);
    const header = Buffer.alloc(512);
    header.write(path, 0);
    header.write('0000644\0' + '0000000\0' + '0000000\0' + `${content.length.toString(8).padStart(11, '0')}\0` + '00000000000\0' + '        ' + '0', 100);
    header.write('ustar\0' + '00', 257);
    header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
