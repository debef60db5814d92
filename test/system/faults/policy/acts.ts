/**
 * What moderators do besides deciding cases (remove, mute, lift, save a policy), and what visitors ask of them (reports and
 * appeals): each with a reason of its own, by which the books find it again.
 */
import { inboundOf, outboundFor } from "../../../../lambda/channels.ts";
import { appealMessage } from "../../../../lambda/desk/appeal.ts";
import type { DeskDeps } from "../../../../lambda/desk/desk.ts";
import { removeMessage } from "../../../../lambda/desk/remove-message.ts";
import { reportMessage } from "../../../../lambda/desk/report-message.ts";
import { sanctionAtDesk } from "../../../../lambda/desk/sanction-person.ts";
import { changePolicy, currentPolicy } from "../../../../lambda/desk/saved-policies.ts";
import { personOf } from "../../../../lambda/person.ts";
import type { StoredMessages } from "../../../lambda/helpers/stored-messages.ts";
import type { Random } from "../random.ts";
import { POLICY, type Said } from "./crowd.ts";

export interface Act {
  readonly kind: "remove" | "mute" | "lift" | "policy" | "report" | "appeal";
  /** Nobody else gives it; a reporter is called by it, too. */
  readonly reason: string;
  /** A message's id, a sender's own id, a person; empty of a policy. */
  readonly subject: string;
  /** How many did it at once. */
  readonly times: number;
  /** `unknown` where the process died, or the store failed: then it is done or not, and nobody was told which. */
  outcome: "done" | "refused" | "unknown";
}

type Work = (reason: string) => Promise<{ readonly ok: boolean }>;

const ROOMS = ["lobby", "garden"] as const;

/** Who is muted and lifted; they write nothing, so that what becomes of each message stays known. */
export const ACCUSED = ["accused001", "accused002", "accused003"] as const;

export class Acts {
  readonly made: Act[] = [];
  readonly #random: Random;
  readonly #stored: StoredMessages;
  readonly #said: readonly Said[];

  constructor(parts: { readonly random: Random; readonly stored: StoredMessages; readonly said: readonly Said[] }) {
    this.#random = parts.random;
    this.#stored = parts.stored;
    this.#said = parts.said;
  }

  /** Anything of it. */
  async any(desk: DeskDeps): Promise<void> {
    const kind = this.#random.pick([
      "remove",
      "mute",
      "lift",
      "policy",
      "report",
      "report",
      "appeal",
      "appeal",
    ] as const);
    if (kind === "remove" || kind === "report") await this.#aboutShown(kind, desk);
    else if (kind === "appeal") await this.#appeal(desk);
    else if (kind === "policy") await this.#save(desk);
    else {
      const person = this.#random.pick(ACCUSED);
      await this.#do({ kind, subject: person }, (reason) => sanctionAtDesk({ kind, person, reason, by: "Ana" }, desk));
    }
  }

  /** Remove the message that a case is about. */
  async removeOf({ id, message }: { readonly id: string; readonly message: { readonly id: string } }, desk: DeskDeps) {
    const act = { kind: "remove", subject: message.id } as const;
    await this.#do(act, (reason) => removeMessage({ case: id, reason, by: "Bo" }, desk));
  }

  async #aboutShown(kind: "remove" | "report", desk: DeskDeps): Promise<void> {
    const room = this.#random.pick(ROOMS);
    const [first, ...more] = this.#stored.on(outboundFor(inboundOf(room)) ?? "");
    if (first === undefined) return;
    const { id, serial } = this.#random.pick([first, ...more]);
    const found = { room, serial: serial ?? "" };
    const subject = id ?? "";
    if (kind === "report") {
      return await this.#do({ kind, subject }, (reason) => reportMessage({ ...found, reason, person: reason }, desk));
    }
    const remove = (by: string) => (reason: string) => removeMessage({ ...found, reason, by }, desk);
    if (!this.#random.chance(0.3)) return await this.#do({ kind, subject }, remove("Ana"));
    const both: Work = async (reason) => {
      const [one, other] = await Promise.all(["Ana", "Bo"].map((by) => remove(by)(reason)));
      return { ok: one?.ok === true || other?.ok === true };
    };
    await this.#do({ kind, subject, times: 2 }, both);
  }

  async #appeal(desk: DeskDeps): Promise<void> {
    const asked = this.#said.filter(({ fate }) => fate === "block" || fate === "mask" || fate === "hold");
    const [first, ...more] = asked;
    if (first === undefined) return;
    const { sourceId, author } = this.#random.pick([first, ...more]);
    await this.#do({ kind: "appeal", subject: sourceId }, () =>
      appealMessage({ sourceId, person: personOf(author) }, desk),
    );
  }

  async #save(desk: DeskDeps): Promise<void> {
    await this.#do({ kind: "policy", subject: "" }, async (reason) => {
      const current = await currentPolicy(desk);
      const ifVersion = current.ok ? current.saved.version : 0;
      const policy = { ...POLICY, lists: { ...POLICY.lists, unused: [reason.replace(" ", "")] } };
      return await changePolicy(policy, { by: "Ana", reason, ifVersion }, desk);
    });
  }

  async #do({ times = 1, ...what }: Pick<Act, "kind" | "subject"> & { readonly times?: number }, work: Work) {
    const act: Act = { ...what, times, reason: `act ${this.made.length + 1}`, outcome: "unknown" };
    this.made.push(act);
    try {
      act.outcome = (await work(act.reason)).ok ? "done" : "refused";
    } catch {
      // the store failed: whoever did it was told so
    }
  }
}
