/** Bytes that one write puts into a pipe in one piece, whoever else writes to it (PIPE_BUF of Linux). */
const pieceBytesMax = 4_096;

/** Lines joined to as few writes as other processes on the same pipe do not tear. A longer line is one by itself. */
export function wholeLines(lines: readonly string[]): string[] {
  const pieces: string[] = [];
  let piece = "";
  let pieceBytes = 0;
  for (const line of lines) {
    const bytes = Buffer.byteLength(line);
    if (piece !== "" && pieceBytes + bytes > pieceBytesMax) {
      pieces.push(piece);
      piece = "";
      pieceBytes = 0;
    }
    piece += line;
    pieceBytes += bytes;
  }
  return piece === "" ? pieces : [...pieces, piece];
}
