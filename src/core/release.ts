import { Catalogue } from './catalogue';
import { Promotion } from './promotion';

/** One numbered, immutable result of building a component. */
export interface Build {
  readonly component: string;
  /** From 1, growing, never given twice. */
  readonly buildNumber: number;
  /** `s3://bucket/key`, `s3://bucket/prefix/`, `registry/repository@sha256:...`, or empty where the component leaves no artifact. */
  readonly location: string;
  readonly fingerprint: string;
  /** Digest of the artifact's content; absent where there is none. */
  readonly artifactDigest?: string;
  /** Digest of the definition it was built with. */
  readonly definition: string;
  /** The commit it was built from. */
  readonly commitId: string;
  /** The execution that built it. */
  readonly pipelineExecutionId: string;
  /** When it was built, ISO 8601 in UTC. */
  readonly timestamp: string;
}

/** For one commit: every component of the catalogue and the build to deploy. Complete, never partial. */
export interface Release {
  readonly version: 1;
  readonly solution: string;
  readonly commitId: string;
  readonly planId: string;
  /** Grows with every execution of the pipeline: tells an older release from a newer one, whatever their commits. */
  readonly sequence: number;
  readonly pipelineExecutionId: string;
  readonly timestamp: string;
  /** The wish that made it, where it was made by hand from what was built before. */
  readonly promotion?: Promotion;
  /** Components whose build was chosen by hand, one by one: it need not be what `commitId` holds. */
  readonly pinned?: readonly string[];
  /** The baseline that unchanged components were taken from. */
  readonly baseline?: { readonly commitId: string; readonly pipelineExecutionId: string };
  readonly components: { readonly [component: string]: Build };
  /** The catalogue that it was planned with, without definitions of builds: what later plans compare their own with. Absent in releases of earlier versions. */
  readonly catalogue?: Catalogue;
}
