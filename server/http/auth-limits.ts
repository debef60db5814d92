/**
 * How often tokens are asked for. Whoever we know is counted by person, so that an office behind one address is not one
 * visitor; strangers are counted by address, and so is everybody together, so that a collection of cookies helps nobody.
 */
import type { Request, RequestHandler } from "express";
import { ipKeyGenerator, rateLimit, type Store } from "express-rate-limit";
import { limits } from "../limits.ts";
import { refuseVisit } from "./errors.ts";
import { countedAddress } from "./proxies.ts";
import { refusal } from "./refusals.ts";

export interface AuthLimits {
  /** Token requests of strangers from one address. */
  readonly strangersAMinute?: number | undefined;
  /** The proxies of the configuration. */
  readonly proxies: readonly string[] | undefined;
  /**
   * Where several servers count together; without it each counts in its own memory. `prefix` keeps the limits apart.
   */
  readonly store?: ((prefix: string) => Store) | undefined;
}

/** Beyond a limit a token request is refused. The page comes in any case, without a token; it asks again, and reads why. */
const tooMany: RequestHandler = (_request, response, next) => {
  if (response.locals.isPage === true) {
    response.locals.isWithoutToken = true;
    next();
    return;
  }
  refuseVisit(response, ...refusal("too_many_requests")).catch(next);
};

/** Makes the limits, which whoever hands out tokens shares. `personOf`: whom the request's cookie names. */
export function limitAuth(options: AuthLimits, personOf: (request: Request) => string | undefined): RequestHandler[] {
  const address = (request: Request) => ipKeyGenerator(countedAddress(request, options.proxies));
  const limit = (prefix: string, aMinute: number, keyOf: (request: Request) => string | undefined) =>
    rateLimit({
      windowMs: 60_000,
      limit: aMinute,
      identifier: prefix,
      standardHeaders: "draft-8",
      legacyHeaders: false,
      skip: (request) => keyOf(request) === undefined,
      keyGenerator: (request) => keyOf(request) ?? "",
      ...(options.store === undefined ? {} : { store: options.store(prefix) }),
      handler: tooMany,
    });
  return [
    limit("address", limits.authRequestsAMinute, address),
    limit("person", limits.personAuthRequestsAMinute, personOf),
    limit("stranger", options.strangersAMinute ?? limits.strangerAuthRequestsAMinute, (request) =>
      personOf(request) === undefined ? address(request) : undefined,
    ),
  ];
}
