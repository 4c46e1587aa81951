/** Reads bytes `first` to `last`, both included, of what is at an address. */
export async function downloadRange(url: string, first: number, last: number): Promise<Uint8Array> {
  const response = await fetch(url, { headers: { range: `bytes=${first}-${last}` } });
  const content = new Uint8Array(await response.arrayBuffer());
  if (!response.ok || content.length !== last - first + 1) {
    // The address is a credential: it is not told.
    throw new Error(`A layer of an image could not be read: bytes ${first} to ${last} were answered with status ${response.status} and ${content.length} bytes.`);
  }
  return content;
}
