/**
 * The rows of a query of postgres.js, all of them and nothing else. Where the query before on its connection failed
 * after rows of it had come, as one that is cancelled may, postgres.js 3.4.9 goes on counting: the next answer begins
 * with as many holes.
 */
export function wholeAnswer<A extends unknown[]>(rows: A): A {
  if (rows.length > 0 && !(0 in rows))
    rows.splice(
      0,
      rows.findIndex((row) => row !== undefined),
    );
  return rows;
}
