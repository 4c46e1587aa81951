/**
 * Takes the content out of S3's `aws-chunked` transfer coding: chunks of `<hex size>[;signature]CRLF<bytes>CRLF`,
 * ended by one of size 0 and, possibly, trailing headers with a checksum.
 */
export function decodeAwsChunked(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  let position = 0;
  for (;;) {
    const lineEnd = body.indexOf('\r\n', position);
    const size = lineEnd < 0 ? NaN : parseInt(body.toString('latin1', position, lineEnd), 16);
    if (Number.isNaN(size)) {
      throw new Error(`Malformed aws-chunked body: no chunk size at byte ${position}.`);
    }
    if (size === 0) {
      return Buffer.concat(chunks);
    }
    chunks.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    position = lineEnd + 2 + size + 2;
  }
}
