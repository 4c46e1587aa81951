const POLYNOMIAL = 0xedb88320;

/* eslint-disable no-bitwise -- a checksum is made of bits */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) {
    value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  }
  return value;
});

/**
 * The checksum that zip archives carry, of bytes in pieces. Node.js has it from version 22.2 on only.
 * @param before the checksum of what came before
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  let value = ~before;
  for (let at = 0; at < bytes.length; at++) {
    value = TABLE[(value ^ bytes[at]!) & 0xff]! ^ (value >>> 8);
  }
  return ~value >>> 0;
}
/* eslint-enable no-bitwise */
