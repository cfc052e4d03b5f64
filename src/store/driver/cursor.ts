/** Where a listing goes on: after the row with this time and id. */
export interface Cursor {
  readonly at: Date;
  readonly id: string;
}
