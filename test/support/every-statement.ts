import { checkPlans } from "./plans.ts";
import { checkStatements } from "./statements.ts";

// Modules of src, and so what they are changed to, outlive a test file.
const plans = checkPlans();
afterAll(checkStatements());
afterAll(plans);
