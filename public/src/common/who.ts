/** People: who somebody is, and how people with names that look alike are told apart. */

/**
 * Who somebody is, read from the client id that Ably verified: `<name>.<suffix>`. The name was moderated when it was
 * chosen; nothing else about a person is ever shown. An id of another form shows only if it is a plain name. A letter
 * that nobody can see (`DI`: default ignorable, as the Hangul filler) makes a name none.
 */
export interface Who {
  readonly id: string;
  readonly name: string;
  readonly suffix: string;
}

const FORM = /^((?!.*\p{DI})(?=[^.]*[\p{L}\p{N}])[\p{L}\p{M}\p{N} _'-]{1,96})(?:\.([A-Za-z0-9_-]{6,10}))?$/u;
const HUES = 12;

/** Splits a verified client id into the name that people see and the suffix that tells look-alikes apart. */
export function who(id = ""): Who {
  const [, name = "", suffix = ""] = FORM.exec(id) ?? [];
  return { id, name: name || "Unknown", suffix };
}

// Letters of other scripts and digits that pass for a Latin letter in common fonts, each followed by that letter.
const TWINS = new Map(
  "аaαaьbβbсcϲcԁdеeєeεeɡgһhіiıi1iliӏiιiјjϳjкkκkмmпnηnоo0oοoσoрpρpԛqѕs5sтtτtυuцuѵvνvԝwшwωwхxχxуyγy2z"
    .match(/../gu)
    ?.map(([twin = "", latin = ""]) => [twin, latin]),
);

/** Who somebody is whatever the name: what follows the last dot of a client id, or all of it. */
export const personOf = (clientId: string): string => clientId.slice(clientId.lastIndexOf(".") + 1);

/** What a name looks like at a glance: two names with the same skeleton need their suffix and colour to be told apart. */
export function skeleton(name: string): string {
  const plain = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\p{M}\p{DI}\s_'-]+/gu, "");
  return [...plain]
    .map((letter) => TWINS.get(letter) ?? letter)
    .join("")
    .replaceAll("rn", "m")
    .replaceAll("vv", "w");
}

/** The colour number (0 to 11) of a client id; the same in every tab. */
export function hue(id: string): number {
  let hash = 2_166_136_261;
  for (let index = 0; index < id.length; index += 1) hash = Math.imul(hash ^ id.charCodeAt(index), 16_777_619);
  return ((hash ^ (hash >>> 15)) >>> 0) % HUES;
}

/** Hues and suffixes for a crowd: among look-alikes nobody shares a colour (while colours last) and all show the suffix. */
export function tellApart(crowd: readonly Who[]): Map<string, { hue: number; lookalike: boolean }> {
  const groups = new Map<string, Set<string>>();
  for (const { id, name } of new Map(crowd.map((one) => [one.id, one])).values()) {
    const shape = skeleton(name);
    groups.set(shape, (groups.get(shape) ?? new Set()).add(id));
  }
  const looks = new Map<string, { hue: number; lookalike: boolean }>();
  for (const ids of groups.values()) {
    const taken = new Set<number>();
    for (const id of [...ids].sort()) {
      let colour = hue(id);
      while (taken.has(colour) && taken.size < HUES) colour = (colour + 5) % HUES;
      taken.add(colour);
      looks.set(id, { hue: colour, lookalike: ids.size > 1 });
    }
  }
  return looks;
}
