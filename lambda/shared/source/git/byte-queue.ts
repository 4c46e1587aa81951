const NOTHING = Buffer.alloc(0);

/** Bytes that arrive in pieces of any size, as many at a time as are asked for. */
export class ByteQueue {
  /** What is here and not yet taken. */
  public here: Buffer = NOTHING;
  /** Bytes that were taken. */
  public taken = 0;
  private ended = false;

  /** @param onTake is given everything that is taken, in order */
  public constructor(private readonly source: AsyncIterator<Buffer>, private readonly onTake: (bytes: Buffer) => void = () => undefined) {}

  /** Waits until so many bytes are here, or nothing more comes. True: they are here. */
  public async ensure(length: number): Promise<boolean> {
    if (this.here.length >= length) {
      return true;
    }
    const pieces = [this.here];
    let total = this.here.length;
    while (total < length && !this.ended) {
      const { done, value } = await this.source.next();
      if (done === true) {
        this.ended = true;
      } else {
        pieces.push(value);
        total += value.length;
      }
    }
    this.here = pieces.length === 1 ? this.here : Buffer.concat(pieces, total);
    return total >= length;
  }

  /** Nothing more is wanted: where bytes come from may let go of them. */
  public async close(): Promise<void> {
    this.ended = true;
    await this.source.return?.();
  }

  /** Takes bytes that are here. */
  public take(length: number): Buffer {
    const bytes = this.here.subarray(0, length);
    this.here = this.here.subarray(length);
    this.taken += bytes.length;
    this.onTake(bytes);
    return bytes;
  }
}
