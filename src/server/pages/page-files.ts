import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { LRUCache } from "lru-cache";
import type { Encoding, Page } from "./manifest.ts";

/** What is kept in memory, of all files together. */
const keptBytesMax = 8 * 1024 * 1024;

const endings: Readonly<Record<Encoding, string>> = { br: ".br", gzip: ".gz", identity: "" };

/** Reads files when they are asked for: each once, as long as others are not asked for more. */
export class PageFiles {
  readonly #folder: string;
  readonly #read = new LRUCache<string, Promise<Buffer>>({ maxSize: keptBytesMax });

  constructor(folder: string) {
    this.#folder = folder;
  }

  read({ file, sizes }: Page, encoding: Encoding): Promise<Buffer> {
    const name = `${file}${endings[encoding]}`;
    const known = this.#read.get(name);
    if (known !== undefined) return known;
    const reading = readFile(join(this.#folder, name));
    this.#read.set(name, reading, { size: Math.max(1, sizes[encoding] ?? 0) });
    reading.catch(() => this.#read.delete(name));
    return reading;
  }
}
