import { CacheSettings } from './cache-settings';
import { requireLiteral } from '../private/literal';

/** What is kept on the machine that builds. */
export interface LocalCacheOptions {
  /**
   * Absolute paths of folders, outside of the sources: `/root/.npm`.
   * @default - none
   */
  readonly paths?: string[];

  /**
   * Layers of Docker. Builds that use Docker alone.
   * @default false
   */
  readonly dockerLayers?: boolean;
}

/**
 * What a component's builds keep for the next ones: downloads of a package manager, results of a compiler. Each component has a cache of its own, and its own
 * builds alone write it. What comes out of a build must not depend on it: it is no part of the component's definition, and may be gone at any time.
 */
export abstract class BuildCache {
  /**
   * Folders in S3, which all of the component's builds share. Good for what takes longer to make than to download. An object that no build has written
   * for 30 days is deleted.
   * @param paths absolute paths of folders, outside of the sources, such as `/root/.npm` or `/root/.m2/repository`
   */
  public static s3(...paths: string[]): BuildCache {
    if (paths.length === 0) {
      throw new Error('BuildCache.s3: name at least one folder, such as /root/.npm.');
    }
    return new DefinedCache({ type: 'S3', paths: paths.map((path) => folder('BuildCache.s3', path)), dockerLayers: false });
  }

  /**
   * On the machine that builds: quick, and there only if the next build comes soon and to the same machine. Not with a reserved capacity fleet, whose machines
   * other projects' builds use as well.
   */
  public static local(options: LocalCacheOptions): BuildCache {
    const { paths = [], dockerLayers = false } = options;
    if (paths.length === 0 && !dockerLayers) {
      throw new Error('BuildCache.local: give paths, dockerLayers, or both.');
    }
    return new DefinedCache({ type: 'LOCAL', paths: paths.map((path) => folder('BuildCache.local', path)), dockerLayers });
  }

  /** @internal */
  public abstract _settings(): CacheSettings;
}

class DefinedCache extends BuildCache {
  constructor(private readonly settings: CacheSettings) {
    super();
  }

  /** @internal */
  public _settings(): CacheSettings {
    return this.settings;
  }
}

function folder(what: string, path: string): string {
  const literal = requireLiteral(`${what}: path`, path);
  if (!/^\/[^*?\s]*[^*?\s/]$/.test(literal) || literal.split('/').some((segment) => segment === '.' || segment === '..')) {
    throw new Error(`${what}: the path ${JSON.stringify(path)}: it takes the absolute path of a folder, without wildcards, such as /root/.npm. `
      + 'Folders of the sources are left out: a build begins with the commit\'s own files.');
  }
  return literal;
}
