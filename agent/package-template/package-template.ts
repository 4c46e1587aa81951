import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { requireNoImages } from './local-images';
import { plainZip } from './plain-zip';
import { UploadCapture } from './upload-capture';
import type { ObjectStore } from '../object-store';

const MAX_OUTPUT = 10_000;

export interface PackageTemplateProps {
  /** The component's folder. */
  readonly directory: string;
  /** The template, and the packaged one, relative to it. */
  readonly template: string;
  readonly output: string;
  readonly bucket: string;
  /** Prefix of what is packaged, ending in `/`. */
  readonly prefix: string;
  readonly region: string;
  readonly objects: ObjectStore;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
}

/**
 * Packages a template by `aws cloudformation package`: every local path in it is uploaded, and replaced by its place. What is uploaded is named by its
 * content alone, so a template whose files are the same is packaged to the same text, and no function, layer or nested stack is deployed again.
 */
export async function packageTemplate(props: PackageTemplateProps): Promise<void> {
  const { directory, template, output, bucket, prefix, objects } = props;
  const capture = await UploadCapture.start();
  try {
    await runPackage(props, capture.endpoint);
    const file = `${directory}/${output}`;
    const packaged = await fs.readFile(file, 'utf8');
    requireNoImages(template, packaged);
    if (capture.uploads.size === 0 && packaged.includes(prefix)) {
      props.log('This AWS CLI doesn\'t know AWS_ENDPOINT_URL_S3 (2.13 and later do), so what it packages gets new names in each build.');
      return;
    }
    const named = nameByContent(capture.uploads, { prefix, finish: (text) => realAddresses(text, capture.endpoint, props.region) });
    for (const { key, bytes } of named.objects) {
      await objects.putNew(key, { bytes });
    }
    const renamed = named.rename(packaged);
    const lost = [...capture.uploads.keys()].find((key) => !named.found.has(key));
    if (lost !== undefined) {
      throw new Error(`aws cloudformation package of '${template}' uploaded ${lost}, but no template that it wrote names it: this version of the AWS CLI is not known to the agent.`);
    }
    await fs.writeFile(file, renamed);
    props.log(`${named.objects.length} packaged files are in s3://${bucket}/${prefix}`);
  } finally {
    await capture.stop();
  }
}

/** Several local paths may lead to the same upload, and nested templates name others. */
function nameByContent(uploads: ReadonlyMap<string, Buffer>, { prefix, finish }: { readonly prefix: string; readonly finish: (text: string) => string }) {
  const names = new Map<string, string>();
  const objects = new Map<string, Buffer>();
  const found = new Set<string>();
  const rename = (text: string): string => finish([...uploads.keys()].reduce((changed, key) => {
    if (!changed.includes(key)) {
      return changed;
    }
    found.add(key);
    return changed.replaceAll(key, nameOf(key));
  }, text));
  const nameOf = (key: string): string => {
    const known = names.get(key);
    if (known !== undefined) {
      return known;
    }
    const uploaded = uploads.get(key)!;
    const bytes = key.endsWith('.template') ? Buffer.from(rename(uploaded.toString('utf8'))) : plainZip(uploaded) ?? uploaded;
    const name = `${prefix}${createHash('sha256').update(bytes).digest('hex')}${/\.[A-Za-z0-9]+$/.exec(key)?.[0] ?? ''}`;
    names.set(key, name);
    objects.set(name, bytes);
    return name;
  };
  [...uploads.keys()].forEach(nameOf);
  return { rename, found, objects: [...objects].map(([key, bytes]) => ({ key, bytes })) };
}

/** Addresses of nested templates name S3's endpoint, which is S3's own again. */
function realAddresses(text: string, endpoint: string, region: string): string {
  return text.replaceAll(`${endpoint}/`, `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}/`);
}

async function runPackage({ directory, template, output, bucket, prefix, environment }: PackageTemplateProps, endpoint: string): Promise<void> {
  const args = [
    'cloudformation', 'package', '--template-file', template, '--s3-bucket', bucket, '--s3-prefix', prefix.replace(/\/$/, ''), '--output-template-file', output,
  ];
  const local = { AWS_ENDPOINT_URL_S3: endpoint, NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1' };
  const { code, output: said } = await run(args, directory, { ...environment, ...local });
  if (code !== 0) {
    throw new Error(`aws cloudformation package of '${template}' failed with exit status ${code}: ${said.trim()}`);
  }
}

/** What the AWS CLI says of its progress is of no use to a reader of the log: only a failure's words are kept. */
async function run(args: readonly string[], directory: string, environment: NodeJS.ProcessEnv): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('aws', args, { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'], env: environment });
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => { output = `${output}${text}`.slice(-MAX_OUTPUT); });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 137, output: output.slice(output.lastIndexOf('\r') + 1) }));
  });
}
