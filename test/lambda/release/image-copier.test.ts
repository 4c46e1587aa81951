import { createHash } from 'node:crypto';
import {
  BatchCheckLayerAvailabilityCommand, BatchGetImageCommand, CompleteLayerUploadCommand, ECRClient, GetDownloadUrlForLayerCommand, ImageAlreadyExistsException,
  ImageDigestDoesNotMatchException, ImageTagAlreadyExistsException, InitiateLayerUploadCommand, LayerAlreadyExistsException, PutImageCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { mockClient } from 'aws-sdk-client-mock';
import { ImageCopier } from '../../../lambda/shared/image-copier';

const sha256 = (content: string | Buffer) => `sha256:${createHash('sha256').update(content).digest('hex')}`;
const MEDIA_TYPE = 'application/vnd.oci.image.manifest.v1+json';

/** One repository of ECR. */
class Registry {
  public readonly client = new ECRClient({ region: 'eu-west-1' });
  public readonly blobs = new Map<string, Buffer>();
  public readonly images = new Map<string, { readonly manifest: string; readonly tag: string }>();
  public readonly tags = new Map<string, string>();
  public partsSent = 0;
  private lastUpload = 0;

  constructor(private readonly registryId: string, private readonly repositoryName: string) {
    const open = new Map<string, Buffer[]>();
    const known = (input: { registryId?: string; repositoryName?: string }) => {
      expect(input).toMatchObject({ registryId: this.registryId, repositoryName: this.repositoryName });
    };
    mockClient(this.client)
      .on(BatchGetImageCommand).callsFake((input) => {
        known(input);
        const [{ imageTag, imageDigest = this.tags.get(imageTag) }] = input.imageIds;
        const image = this.images.get(imageDigest);
        return image ? { images: [{ imageId: { imageDigest }, imageManifest: image.manifest, imageManifestMediaType: MEDIA_TYPE }] } : { images: [], failures: [{ failureCode: 'ImageNotFound' }] };
      })
      .on(BatchCheckLayerAvailabilityCommand).callsFake((input) => {
        known(input);
        expect(input.layerDigests.length).toBeLessThanOrEqual(100);
        return { layers: input.layerDigests.map((layerDigest: string) => ({ layerDigest, layerAvailability: this.blobs.has(layerDigest) ? 'AVAILABLE' : 'UNAVAILABLE' })) };
      })
      .on(GetDownloadUrlForLayerCommand).callsFake((input) => {
        known(input);
        return { downloadUrl: `https://layers/${input.layerDigest}` };
      })
      .on(InitiateLayerUploadCommand).callsFake((input) => {
        known(input);
        const uploadId = `upload-${++this.lastUpload}`;
        open.set(uploadId, []);
        return { uploadId, partSize: 4 };
      })
      .on(UploadLayerPartCommand).callsFake((input) => {
        known(input);
        this.partsSent++;
        const parts = open.get(input.uploadId)!;
        expect(input.partFirstByte).toBe(Buffer.concat(parts).length);
        expect(input.layerPartBlob).toHaveLength(input.partLastByte - input.partFirstByte + 1);
        parts.push(Buffer.from(input.layerPartBlob));
        return {};
      })
      .on(CompleteLayerUploadCommand).callsFake((input) => {
        known(input);
        const content = Buffer.concat(open.get(input.uploadId)!);
        expect([sha256(content)]).toEqual(input.layerDigests);
        if (this.blobs.has(sha256(content))) {
          throw new LayerAlreadyExistsException({ message: 'there', $metadata: {} });
        }
        this.blobs.set(sha256(content), content);
        return {};
      })
      .on(PutImageCommand).callsFake((input) => {
        known(input);
        if (sha256(input.imageManifest) !== input.imageDigest) {
          throw new ImageDigestDoesNotMatchException({ message: 'other digest', $metadata: {} });
        }
        const holder = this.tags.get(input.imageTag);
        if (this.images.has(input.imageDigest) && holder === input.imageDigest) {
          throw new ImageAlreadyExistsException({ message: 'there', $metadata: {} });
        }
        if (holder !== undefined) {
          throw new ImageTagAlreadyExistsException({ message: 'taken', $metadata: {} });
        }
        this.tags.set(input.imageTag, input.imageDigest);
        this.images.set(input.imageDigest, { manifest: input.imageManifest, tag: input.imageTag });
        return {};
      });
  }
}

describe('ImageCopier', () => {
  let source: Registry;
  let destination: Registry;
  let copier: ImageCopier;
  let digest: string;
  const [config, small, large] = ['{}', 'abc', 'abcdefghij'].map((text) => Buffer.from(text));
  const to = { destination: '111111111111.dkr.ecr.us-east-1.amazonaws.com/copies/web', tag: '7' };
  const location = () => `111111111111.dkr.ecr.eu-west-1.amazonaws.com/web@${digest}`;

  function push(content: object): string {
    // With its own spacing: it is copied to the byte.
    const manifest = JSON.stringify(content, undefined, 3);
    source.images.set(sha256(manifest), { manifest, tag: '7' });
    return sha256(manifest);
  }

  beforeEach(() => {
    source = new Registry('111111111111', 'web');
    destination = new Registry('111111111111', 'copies/web');
    for (const blob of [config, small, large]) {
      source.blobs.set(sha256(blob), blob);
    }
    const entry = (blob: Buffer) => ({ digest: sha256(blob), size: blob.length });
    digest = push({ schemaVersion: 2, mediaType: MEDIA_TYPE, config: entry(config), layers: [entry(small), entry(large), entry(small)] });
    copier = new ImageCopier({
      ecrIn: (region) => ({ 'eu-west-1': source, 'us-east-1': destination }[region]!.client),
      download: async (url, first, last) => source.blobs.get(url.slice('https://layers/'.length))!.subarray(first, last + 1),
    });
  });

  it('copies layers in parts and the manifest to the byte, so that the digest is the same', async () => {
    await copier.copy({ location: location(), ...to });
    expect(destination.images.get(digest)).toEqual({ manifest: source.images.get(digest)!.manifest, tag: '7' });
    expect([...destination.blobs.keys()].sort()).toEqual([...source.blobs.keys()].sort());
    // 2 bytes, 3 bytes and 10 bytes in parts of 4, each layer once.
    expect(destination.partsSent).toBe(1 + 1 + 3);
  });

  it('copies nothing where the image is there', async () => {
    await copier.copy({ location: location(), ...to });
    await copier.copy({ location: location(), ...to });
    expect(destination.partsSent).toBe(5);
  });

  it('goes on with what is missing', async () => {
    destination.blobs.set(sha256(large), large);
    await copier.copy({ location: location(), ...to });
    expect(destination.partsSent).toBe(2);
    expect(destination.images.has(digest)).toBe(true);
  });

  it('takes what another attempt wrote meanwhile for its own', async () => {
    await Promise.all([copier.copy({ location: location(), ...to }), copier.copy({ location: location(), ...to })]);
    expect(destination.images.size).toBe(1);
  });

  it('asks for a hundred layers at a time', async () => {
    const layers = Array.from({ length: 150 }, (_, index) => Buffer.from(String(index)));
    layers.forEach((layer) => destination.blobs.set(sha256(layer), layer));
    digest = push({ config: { digest: sha256(config), size: 2 }, layers: layers.map((layer) => ({ digest: sha256(layer), size: layer.length })) });
    await copier.copy({ location: location(), ...to });
    expect(destination.images.has(digest)).toBe(true);
  });

  it('refuses an index of several images', async () => {
    digest = push({ manifests: [] });
    await expect(copier.copy({ location: location(), ...to })).rejects.toThrow('is an index of several images, which Lambda does not take');
  });

  it('says what to do where the original is gone', async () => {
    source.images.clear();
    await expect(copier.copy({ location: location(), ...to })).rejects.toThrow(/is not in its repository any more.*Force its component/);
  });

  describe('publish', () => {
    const publish = async () => copier.publish({
      location: location(), destination: to.destination, tag: digest.slice('sha256:'.length), client: destination.client,
    });

    it('brings an image under its digest as tag, once', async () => {
      expect(await publish()).toBe('published');
      expect(destination.images.get(digest)).toEqual({ manifest: source.images.get(digest)!.manifest, tag: digest.slice('sha256:'.length) });
      expect(await publish()).toBe('there');
      expect(destination.partsSent).toBe(5);
    });

    it('gives an image that is there under another tag this one, without sending it again', async () => {
      await copier.copy({ location: location(), ...to });
      destination.partsSent = 0;
      expect(await publish()).toBe('published');
      expect(destination.tags.get(digest.slice('sha256:'.length))).toBe(digest);
      expect(destination.partsSent).toBe(0);
    });

    it('refuses a tag that is another image\'s, also one that is taken meanwhile', async () => {
      destination.images.set('sha256:other', { manifest: '{}', tag: '' });
      destination.tags.set(digest.slice('sha256:'.length), 'sha256:other');
      await expect(publish()).rejects.toThrow(`is the image sha256:other, and should be ${digest}: somebody else pushed under this tag`);
      expect(destination.partsSent).toBe(0);
    });

    it('says what to do where the image is gone', async () => {
      source.images.clear();
      await expect(publish()).rejects.toThrow('is not in the pipeline\'s repository any more');
    });
  });

  it('refuses what is no repository', async () => {
    await expect(copier.copy({ location: location(), destination: 'docker.io/web', tag: '7' })).rejects.toThrow("'docker.io/web' is not the URI of an ECR repository");
  });
});
