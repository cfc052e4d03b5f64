import { promisify } from "node:util";
import zlib from "node:zlib";
import { type Asker, Turns } from "../../bounds/turns.ts";
import type { Encoding } from "../requests/inflate.ts";

/** Answers smaller than this are sent as they are: to compress them costs more than it saves. */
export const compressBytesMin = 1024;

/** Node has four threads for this, for what is inflated and for files. Two of them are left to the others. */
const turns = new Turns(2);

const brotli = promisify(zlib.brotliCompress);

/** Brotli's default, 11, takes 2.9 s for an answer of 2 MB; 1 takes 7 ms for 1.2 times the size, and 4 takes 37 ms for 1.1 times. */
const brotliOptions = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } };

const compressors = {
  gzip: promisify(zlib.gzip),
  br: (bytes: Uint8Array) => brotli(bytes, brotliOptions),
};

/** Compresses an answer. Rejects with the reason of a departure before its turn. */
export function compress(
  bytes: Uint8Array,
  encoding: Encoding,
  asker: Asker,
): Promise<Uint8Array<ArrayBuffer>> {
  return turns.take(() => compressors[encoding](bytes), asker);
}
