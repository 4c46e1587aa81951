import { NotEmulatedError } from '../../activity';
import { ObjectStore } from '../../services/s3/object-store';
import { ActionHandler, onlyOutput, required } from '../pipeline/action';
import { ActionFailure } from '../pipeline/action-failure';

/** Source/S3: an object as it is, of the version that the execution is pinned to or else the current one. */
export function objectSource(objects: ObjectStore): ActionHandler {
  return async (request) => {
    const { configuration, sourceRevision } = request;
    const bucket = required(request, 'S3Bucket');
    const key = required(request, 'S3ObjectKey');
    if (configuration.PollForSourceChanges !== 'false') {
      throw new NotEmulatedError(`PollForSourceChanges ${configuration.PollForSourceChanges} of source action '${request.action.name}'`);
    }
    if (sourceRevision !== undefined && sourceRevision.revisionType !== 'S3_OBJECT_VERSION_ID') {
      throw new NotEmulatedError(`source revisions of type ${sourceRevision.revisionType}`);
    }
    const object = sourceRevision === undefined ? objects.get(bucket, key) : objects.version(bucket, key, sourceRevision.revisionValue);
    if (object === undefined || 'isDeleteMarker' in object) {
      throw new ActionFailure(`The object with key '${key}'${sourceRevision === undefined ? '' : ` and version ${sourceRevision.revisionValue}`} does not exist in bucket '${bucket}'.`);
    }
    const { versionId } = object;
    if (versionId === undefined) {
      throw new ActionFailure(`The bucket '${bucket}' is not versioned.`);
    }
    const [name, location] = onlyOutput(request);
    await request.artifacts.write(location, objects.readFile(object));
    return {
      revision: { name, revisionId: versionId, revisionSummary: `Amazon S3 version id: ${versionId}` },
      variables: { BucketName: bucket, ETag: object.etag.replace(/"/g, ''), ObjectKey: key, VersionId: versionId },
    };
  };
}
