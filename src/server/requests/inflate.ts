import { promisify } from "node:util";
import zlib from "node:zlib";
import { type Asker, Turns } from "../../bounds/turns.ts";

/** How many times its size a request may be once it is inflated. JSON of many like rows is some ten to thirty times. */
const inflationRatioMax = 100;
/** Up to here the ratio does not matter. */
const inflatedFreeBytes = 256 * 1024;

/**
 * What is inflated is kept until it has been read, so no more of it is made at once than this comes to: 32 MiB, however many
 * requests arrive together. Small ones do not wait for large ones.
 */
const turns = { small: new Turns(64), large: new Turns(4) };

const inflaters = { gzip: promisify(zlib.gunzip), br: promisify(zlib.brotliDecompress) };

export type Encoding = keyof typeof inflaters;

/** What was inflated, or why not. */
export type Inflated =
  | { readonly bytes: Uint8Array<ArrayBuffer>; readonly fault?: undefined }
  | { readonly bytes?: undefined; readonly fault: "malformed" | "too large" | "too dense" };

/**
 * Inflates bytes, and stops as soon as they are more than `bytesMax`, or out of proportion to what was sent. Rejects with the
 * reason of a departure before its turn.
 */
export async function inflate(
  bytes: Uint8Array,
  encoding: Encoding,
  { bytesMax, asker }: { readonly bytesMax: number; readonly asker: Asker },
): Promise<Inflated> {
  const proportionate = Math.max(inflatedFreeBytes, bytes.length * inflationRatioMax);
  const maxOutputLength = Math.min(bytesMax, proportionate);
  const turn = maxOutputLength <= inflatedFreeBytes ? turns.small : turns.large;
  try {
    return { bytes: await turn.take(() => inflaters[encoding](bytes, { maxOutputLength }), asker) };
  } catch (error) {
    const { code, errno } = error as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE")
      return { fault: proportionate < bytesMax ? "too dense" : "too large" };
    // The number is zlib's own.
    if (errno !== undefined) return { fault: "malformed" };
    throw error;
  }
}

/** The words for a request that inflates out of proportion. */
export const tooDense = `inflates to more than ${inflationRatioMax} times its size; send it as it is`;
