// What each of these asks of the code's syntax trees. One file has them read once, which is most of what they cost.
import "./code/exports.ts";
import "./code/imports.ts";
import "./code/methods.ts";
import "./code/money.ts";
import "./code/needs.ts";
import "./code/retries.ts";
import "./code/sql.ts";
import "./code/state.ts";
import "./code/tests.ts";
import "./code/trail.ts";
import "./code/young.ts";
