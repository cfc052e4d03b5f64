/** A value that is not what its field calls for; the message says why, where that is more than the field's type. */
export class Misfit extends Error {}
