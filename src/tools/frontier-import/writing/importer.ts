import { operator } from "../../../store/trail/by.ts";

/** Who has done what an import did. */
export const importer = operator("tallystick import frontier");
