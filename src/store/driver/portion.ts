/** Most bytes of what callers wrote into one row of any table, in UTF-8. */
export const rowBytesMax = 192 * 1024;

/** Rows that one query reads of those that hold callers' words: of the largest 24 MiB, and most pages in one. */
export const portionRowsMax = 128;
