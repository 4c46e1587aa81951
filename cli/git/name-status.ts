import { PathChange } from '../../src/core/comparison';
import { InputError } from '../errors';

/** Mode of a symbolic link. */
const LINK = '120000';

/**
 * Changes in the bytes of `git diff --name-status -z`, or `--raw -z`, one at a time: status, NUL, path, NUL; for renames and copies two paths.
 * Both sides of a rename are changes; of a copy only the new side is, for the old one stays as it was.
 *
 * @throws InputError where the bytes are not of that form
 */
export function* parseNameStatus(bytes: Buffer): Generator<PathChange> {
  const fields = splitAtNul(bytes);
  for (let status = fields.next(); !status.done; status = fields.next()) {
    const [, mode, letters] = /^(?::\d{6} (\d{6}) [0-9a-f]+ [0-9a-f]+ )?([ADMT]|[RC]\d*)$/.exec(status.value) ?? [];
    const letter = letters?.charAt(0);
    const link = mode === LINK ? { isLink: true } : {};
    switch (letter) {
      case 'A':
      case 'D':
      case 'M':
        yield { path: pathAfter(fields, status.value), type: letter, ...link };
        break;
      // A file became a link, or the other way round.
      case 'T':
        yield { path: pathAfter(fields, status.value), type: 'M', ...link };
        break;
      case 'R':
        yield { path: pathAfter(fields, status.value), type: 'D' };
        yield { path: pathAfter(fields, status.value), type: 'A', ...link };
        break;
      case 'C':
        pathAfter(fields, status.value);
        yield { path: pathAfter(fields, status.value), type: 'A', ...link };
        break;
      default:
        throw new InputError(`The changes hold ${JSON.stringify(status.value.slice(0, 80))} where a status (A, D, M, T, R or C) should be. Make them with: git diff --name-status -z BASE HEAD`);
    }
  }
}

function pathAfter(fields: Generator<string>, status: string): string {
  const path = fields.next();
  if (path.done || path.value === '') {
    throw new InputError(`The changes end after status ${JSON.stringify(status)}, before its path: they are cut off.`);
  }
  return path.value;
}

function* splitAtNul(bytes: Buffer): Generator<string> {
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(0, start);
    if (end < 0) {
      throw new InputError(`The changes end in ${JSON.stringify(bytes.toString('utf8', start).slice(-80))} without a NUL byte: they are cut off, or made without -z.`);
    }
    yield bytes.toString('utf8', start, end);
    start = end + 1;
  }
}
