/** Types, flags and settings of HTTP/2 frames (RFC 9113, sections 6 and 11). */
export const frameType = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goaway: 7, windowUpdate: 8 };
export const flag = { ack: 1, endStream: 1, endHeaders: 4 };
export const setting = { headerTableSize: 1, enablePush: 2, streamsMax: 3, initialWindowSize: 4 };
export const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
export const frameHeaderBytes = 9;
/** The largest payload that a peer takes unless it says otherwise. */
export const frameBytesMax = 16_384;
/** The largest flow-control window. */
export const windowBytesMax = 2 ** 31 - 1;
/** The window that a connection begins with. */
export const windowBytesInitial = 65_535;

export function frame(type: number, flags: number, streamId: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(frameHeaderBytes + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes[3] = type;
  bytes[4] = flags;
  bytes.writeUInt32BE(streamId, 5);
  bytes.set(payload, frameHeaderBytes);
  return bytes;
}

export function settingsFrame(values: readonly (readonly [number, number])[]): Buffer {
  const payload = Buffer.alloc(values.length * 6);
  for (const [index, [id, value]] of values.entries()) {
    payload.writeUInt16BE(id, index * 6);
    payload.writeUInt32BE(value, index * 6 + 2);
  }
  return frame(frameType.settings, 0, 0, payload);
}

export function windowUpdateFrame(increment: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(increment);
  return frame(frameType.windowUpdate, 0, 0, payload);
}

const methodPost = 0x83;
const schemeHttp = 0x86;
const literalIndexed = 0x40;
const newestEntry = 62;

/**
 * The header blocks of a gRPC call (RFC 7541): the first call of a connection puts its headers into the server's table,
 * and every other one is two static indexes and a byte a header.
 */
export function headerBlocks(headers: Readonly<Record<string, string>>): { first: Buffer; next: Buffer } {
  const literals = Object.entries(headers).map(([name, value]) =>
    Buffer.concat([Buffer.from([literalIndexed]), text(name), text(value)]),
  );
  const indexes = literals.map((_, index) => 0x80 | (newestEntry + literals.length - 1 - index));
  return {
    first: Buffer.concat([Buffer.from([methodPost, schemeHttp]), ...literals]),
    next: Buffer.from([methodPost, schemeHttp, ...indexes]),
  };
}

/** A string without Huffman coding. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value, "latin1");
  const length =
    bytes.length < 127
      ? [bytes.length]
      : [127, ((bytes.length - 127) & 127) | 128, (bytes.length - 127) >> 7];
  return Buffer.concat([Buffer.from(length), bytes]);
}

/** `grpc-status: 0` in a block for a client without a table: name in Huffman code, value plain, as nghttp2 writes it. */
export const statusOk = Buffer.from("889acac8b21234da8f0130", "hex");
