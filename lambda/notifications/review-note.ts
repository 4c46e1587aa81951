import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ASK, ReviewNote } from '../../src/contract/gates';
import { reviewNoteKey } from '../../src/contract/objects';
import { isNamed } from '../shared/errors';

export interface ReviewNoteProps {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly solution: string;
  readonly executionId: string;
  readonly place: string;
}

/** What a person is asked; `waived` where no person is. Nothing where the approval is none of the library's, and has no review. */
export async function askedFor({ s3, bucket, solution, executionId, place }: ReviewNoteProps): Promise<ReviewNote | 'waived' | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: reviewNoteKey(solution, executionId, place) }));
    const note = JSON.parse(await Body!.transformToString()) as ReviewNote;
    return note.waiver === ASK ? note : 'waived';
  } catch (error) {
    if (isNamed(error, 'NoSuchKey')) {
      return undefined;
    }
    throw error;
  }
}
