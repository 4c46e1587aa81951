const DIRECTORY_ENTRY = 0x02014b50;

/**
 * An archive as CodePipeline hands it on: without the Unix modes of its entries, so that a symbolic link is a file that holds its target's path, and
 * nothing may be executed.
 */
export function codeZip(archive: Buffer): Buffer {
  const plain = Buffer.from(archive);
  const end = plain.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  let position = plain.readUInt32LE(end + 16);
  for (let count = plain.readUInt16LE(end + 10); count > 0; count--) {
    if (plain.readUInt32LE(position) !== DIRECTORY_ENTRY) {
      throw new Error(`Malformed zip archive: no directory entry at byte ${position}.`);
    }
    // Host system and external attributes: made by MS-DOS, which has no modes.
    plain.writeUInt8(0, position + 5);
    plain.writeUInt32LE(0, position + 38);
    position += 46 + plain.readUInt16LE(position + 28) + plain.readUInt16LE(position + 30) + plain.readUInt16LE(position + 32);
  }
  return plain;
}
