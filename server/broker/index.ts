/**
 * The door of the embedded broker: all that its package gives. Only the sandbox, which is no part of the package, has
 * another.
 */
/// <reference types="node" preserve="true" />
export { type Broker, type Census, createBroker } from "./broker.ts";
export type { Clock } from "./clock.ts";
export type { RuleRequest, RuleSpec } from "./integrations/index.ts";
export { DEFAULT_LIMITS, type Limits } from "./limits.ts";
export type {
  AppSpec,
  BrokerLog,
  BrokerOptions,
  ChannelSpec,
  KeySpec,
  NamespaceSpec,
  OwnMessage,
  Undelivered,
} from "./options.ts";
export { Rate } from "./rate.ts";
export { DEFAULT_KEY, type StartBrokerOptions, type StartedBroker, startBroker } from "./start-broker.ts";
export type { OpenStorage } from "./storage/kept.ts";
export { openStorage } from "./storage/open.ts";
