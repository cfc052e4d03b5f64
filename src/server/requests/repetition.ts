/** How often anything may repeat within one list, one map, or one JSON object: as many as the methods that take most rows. */
export const elementsMax = 1_000;

/** How many values there may be in one request, lists, maps and objects all together. */
export const valuesMax = 25_000;

/** What is said of a list or a map that is too long. */
export const tooManyElements = `has more than ${elementsMax} elements`;

/** What is said of a request that has too many values. */
export const tooManyValues = `has more than ${valuesMax} values; send them in several`;
