/** How long the runs with random input are: a short seed in `npm test`, the whole length in `npm run test:long`. */

/** The first number in a short run, the second in a long one. */
export const length = (short: number, long: number): number => (process.env.TEST_LENGTH === "long" ? long : short);
