/** Every limit of the store, with its unit and its reason. */
export const storeLimits = {
  /** One request to the table, ms; a healthy one takes 5 to 10. */
  callMs: 1_000,
  /** Bytes of one part of a policy: an item takes 400 KB, its keys and names included. */
  partBytes: 350_000,
  /** Bytes of a whole policy, compressed: 100,000 entries of twenty characters take about 1 MB. */
  policyBytes: 5_000_000,
  /** Bytes of a whole policy once it is unpacked, so that a small item cannot fill the memory. */
  policyTextBytes: 30_000_000,
  /** Versions of the policy that are kept: a year of two changes a week. */
  policyVersions: 100,
  /** People under a sanction at the same time: the function holds them in memory, about 200 bytes each. */
  activeSanctions: 10_000,
  /** Changes of sanctions read at a time: the active ones, and what no writer has tidied up yet. */
  sanctionChanges: 30_000,
  /** A change that says nothing any more stays this long (ms), for containers that have not read it. */
  sanctionKeepMs: 86_400_000,
  /** Changes that one writer tidies up. */
  tidied: 25,
  /** Tries of a writer that others get ahead of: each of them can win once before it. */
  conflicts: 30,
  /** Cases and their raw text, ms: 30 days. */
  caseMs: 2_592_000_000,
  /** The audit, ms: 365 days. */
  auditMs: 31_536_000_000,
  /** Characters of a reason, or of anything else that a person writes into a record. */
  reasonLength: 500,
  /** Reporters that a case remembers by name; later ones are counted no more. */
  reporters: 100,
  /** Things on one page of cases, versions or audit. */
  page: 100,
  /** Pages of items about a person that are looked through for those of one sort. */
  personPages: 10,
  /** Pages that one look through the index of a person or of a queue may take. */
  pages: 1_000,
  /** DynamoDB takes 25 items in one batch. */
  batch: 25,
} as const;
