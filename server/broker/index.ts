/** The door of the embedded broker. Nothing else is imported from outside. */
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
