import { createHash } from "node:crypto";
import { mkdirSync, readdirSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";

const portionBytes = 1024 * 1024;

/** What tells a file from one that was changed. */
export interface FileFacts {
  readonly bytes: number;
  readonly sha256: string;
}

/** Files and folders below a folder, by their paths from there, each folder before what is in it. */
export function* entriesUnder(
  folder: string,
  path = "",
): Generator<{ readonly path: string; readonly isFolder: boolean }> {
  for (const entry of readdirSync(join(folder, path), { withFileTypes: true })) {
    const below = path === "" ? entry.name : `${path}/${entry.name}`;
    yield { path: below, isFolder: entry.isDirectory() };
    if (entry.isDirectory()) yield* entriesUnder(folder, below);
  }
}

/** Copies a file as far as it goes, and waits until the copy is on disk. */
export async function copyFile(from: string, to: string): Promise<FileFacts> {
  const source = await open(from, "r");
  try {
    return await writeAll(to, portionsOf(source));
  } finally {
    await source.close();
  }
}

/** Makes a file of a text, and waits until it is on disk. */
export function writeText(to: string, text: string): Promise<FileFacts> {
  return writeAll(to, [Buffer.from(text)]);
}

async function writeAll(to: string, portions: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<FileFacts> {
  const hash = createHash("sha256");
  const target = await open(to, "wx", 0o600);
  let bytes = 0;
  try {
    for await (const portion of portions) {
      hash.update(portion);
      await target.writeFile(portion);
      bytes += portion.length;
    }
    await target.sync();
  } finally {
    await target.close();
  }
  return { bytes, sha256: hash.digest("hex") };
}

async function* portionsOf(source: FileHandle): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(portionBytes);
  for (;;) {
    const { bytesRead } = await source.read(buffer, 0, portionBytes);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Waits until the names in a folder are on disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  await handle.sync();
  await handle.close();
}

/** For the one who makes it alone. */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { mode: 0o700 });
}
