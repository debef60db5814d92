/**
 * The two parts of a client id, `<name>.<person>`. The name was chosen and can be chosen anew; the person belongs to the
 * signed cookie or to the sign-in, and is who somebody is.
 */

/** What follows the last dot; all of an id without one. */
export const personOf = (clientId: string): string => clientId.slice(clientId.lastIndexOf(".") + 1);

/** The part that somebody chose; all of an id of another form. */
export const displayName = (clientId: string): string => clientId.replace(/\.[A-Za-z0-9_-]{6,10}$/, "");
