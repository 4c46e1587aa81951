import { GitAnswerError, GitBoundError } from './git-error';

/** Applies one of Git's deltas to its base. Whatever sizes it claims, nothing is allocated beyond `most` bytes. */
export function applyDelta(base: Buffer, delta: Buffer, most: number): Buffer {
  let at = 0;
  const byte = (): number => {
    if (at >= delta.length) {
      throw damaged('ends within an instruction');
    }
    return delta[at++]!;
  };
  const size = (): number => {
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const next = byte();
      value += (next & 127) * unit;
      if (next < 128) {
        return value;
      }
      if (unit > Number.MAX_SAFE_INTEGER / 128 ** 2) {
        throw damaged('claims a size without end');
      }
    }
  };
  if (size() !== base.length) {
    throw damaged('is for another base');
  }
  const length = size();
  if (length > most) {
    throw new GitBoundError(`a delta claims a result of ${length} bytes, and at most ${most} are read`);
  }
  const result = Buffer.alloc(length);
  let end = 0;
  while (at < delta.length) {
    const code = byte();
    const [from, start, count] = code >= 128 ? copied(code, byte) : [delta, at, code];
    if (count === 0 || start + count > (from ?? base).length || end + count > length) {
      throw damaged('copies what is not there');
    }
    (from ?? base).copy(result, end, start, start + count);
    end += count;
    at += from === undefined ? 0 : count;
  }
  if (end !== length) {
    throw damaged('makes less than it claims');
  }
  return result;
}

/** Where in the base an instruction begins to copy, and how much. */
function copied(code: number, byte: () => number): [undefined, number, number] {
  let start = 0;
  let count = 0;
  for (let index = 0; index < 4; index++) {
    start += code & (1 << index) ? byte() * 2 ** (8 * index) : 0;
  }
  for (let index = 0; index < 3; index++) {
    count += code & (16 << index) ? byte() * 2 ** (8 * index) : 0;
  }
  return [undefined, start, count === 0 ? 65_536 : count];
}

function damaged(how: string): GitAnswerError {
  return new GitAnswerError(`A delta of the pack ${how}.`);
}
