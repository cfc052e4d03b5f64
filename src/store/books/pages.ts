import type { Metadata } from "../../domain/operation.ts";

/** How much one answer may hold. */
export interface PageBounds {
  readonly rowsMax: number;
  /** Of the words and the metadata of its rows, as they would be at their largest in any encoding. */
  readonly bytesMax: number;
}

/** A page that takes rows until one does not fit. However large a row is, a page has one, so that a listing goes on. */
export class FillingPage<T> {
  readonly rows: T[] = [];
  private bytes = 0;

  constructor(
    private readonly bounds: PageBounds,
    private readonly bytesOf: (row: T) => number,
  ) {}

  /** Takes a row; false where it does not fit. */
  takes(row: T): boolean {
    const bytes = this.bytesOf(row);
    const { rowsMax, bytesMax } = this.bounds;
    const isFull = this.rows.length === rowsMax || this.bytes + bytes > bytesMax;
    if (isFull && this.rows.length > 0) return false;
    this.bytes += bytes;
    this.rows.push(row);
    return true;
  }
}

/** The figures, ids and names of a row, in any of its messages. */
const figuresBytes = 512;
/** What surrounds a value in its message. */
const valueBytes = 16;

interface Words {
  readonly source: string;
  readonly description: string;
  readonly userId: string;
  readonly metadata: Metadata;
  readonly key?: string | null;
  readonly createdBy?: string;
}

/** What the words of a row may take in an answer. */
export function bytesOfWords({ source, description, userId, metadata, key, createdBy }: Words): number {
  const texts = bytesOf(source) + bytesOf(description) + bytesOf(userId) + bytesOf(key) + bytesOf(createdBy);
  return figuresBytes + texts + bytesOf(metadata);
}

/** Of a JSON value, as google.protobuf.Struct or JSON has it, whichever is larger. */
function bytesOf(value: unknown): number {
  if (typeof value === "string") return valueBytes + textBytes(value);
  if (typeof value !== "object" || value === null) return valueBytes;
  let bytes = valueBytes;
  for (const [key, each] of Object.entries(value)) bytes += textBytes(key) + valueBytes + bytesOf(each);
  return bytes;
}

/** JSON takes two bytes for a quote and six for a control character, where protobuf takes one. */
function textBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}
