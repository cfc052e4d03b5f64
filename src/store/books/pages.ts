/** How much one answer may hold. */
export interface PageBounds<T> {
  readonly rowsMax: number;
  readonly bytesMax: number;
  /** What a row takes in the answer. */
  readonly bytesOf: (row: T) => number;
}

/** A page that takes rows until one does not fit. However large a row is, a page has one, so that a listing goes on. */
export class FillingPage<T> {
  readonly rows: T[] = [];
  private bytes = 0;

  constructor(private readonly bounds: PageBounds<T>) {}

  /** Takes a row; false where it does not fit. */
  takes(row: T): boolean {
    const { rowsMax, bytesMax, bytesOf } = this.bounds;
    const bytes = bytesOf(row);
    const isFull = this.rows.length === rowsMax || this.bytes + bytes > bytesMax;
    if (isFull && this.rows.length > 0) return false;
    this.bytes += bytes;
    this.rows.push(row);
    return true;
  }
}
