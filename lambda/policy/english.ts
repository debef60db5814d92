/** What is wrong with a policy in sentences: the small zod of the function says "invalid input" to everything. */
import * as z from "zod/mini";

z.config(z.locales.en());
