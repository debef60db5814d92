/** People: who somebody is, and how people with names that look alike are told apart. */

/** The name of whoever has chosen none, in a client id; people read a word of their language. */
export const NO_NAME = "Guest";

/**
 * Who somebody is, read from the client id that Ably verified: `<name>.<person>`. The name was moderated when it was
 * chosen; nothing else about somebody is ever shown. The person is who it is: somebody who takes a new name stays the same.
 */
export interface Who {
  readonly id: string;
  /** Empty when the id holds no name that can be shown. */
  readonly name: string;
  /** Equal for all names of one person. */
  readonly person: string;
  /** The person as people see it, to tell look-alikes apart; empty when the id names none. */
  readonly suffix: string;
}

// A letter that nobody can see (`DI`: default ignorable, as the Hangul filler) makes a name none.
const FORM = /^((?!.*\p{DI})(?=[^.]*[\p{L}\p{N}])[\p{L}\p{M}\p{N} _'-]{1,96})(?:\.([A-Za-z0-9_-]{6,10}))?$/u;
const HUES = 12;

/** Splits a verified client id into name and person. An id of another form shows only if it is a plain name. */
export function who(id = ""): Who {
  const [, name = "", suffix = ""] = FORM.exec(id) ?? [];
  return { id, name, person: suffix || id, suffix };
}

// Letters of other scripts and digits that pass for a Latin letter in common fonts, each followed by that letter.
const TWINS = new Map(
  "аaαaьbβbсcϲcԁdеeєeεeɡgһhіiıi1iliӏiιiјjϳjкkκkмmпnηnоo0oοoσoрpρpԛqѕs5sтtτtυuцuѵvνvԝwшwωwхxχxуyγy2z"
    .match(/../gu)
    ?.map(([twin = "", latin = ""]) => [twin, latin]),
);

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

/** The colour number (0 to 11) of a person; the same in every tab. */
export function hue(person: string): number {
  let hash = 2_166_136_261;
  for (let index = 0; index < person.length; index += 1) hash = Math.imul(hash ^ person.charCodeAt(index), 16_777_619);
  return ((hash ^ (hash >>> 15)) >>> 0) % HUES;
}

/** How somebody looks in a crowd. */
export interface Look {
  readonly hue: number;
  /** Somebody else's name looks the same: the suffix is shown. */
  readonly lookalike: boolean;
}

/**
 * Looks by client id: among look-alikes no two people share a colour (while colours last), and all show the suffix. `nameOf`: the
 * name as it is shown, for on a German page somebody who is called Gast looks like whoever has no name.
 */
export function tellApart(crowd: readonly Who[], nameOf = ({ name }: Who): string => name): Map<string, Look> {
  const groups = new Map<string, Map<string, string[]>>();
  for (const one of new Map(crowd.map((each) => [each.id, each])).values()) {
    const { id, person } = one;
    const shape = skeleton(nameOf(one));
    const people = groups.get(shape) ?? new Map<string, string[]>();
    groups.set(shape, people.set(person, [...(people.get(person) ?? []), id]));
  }
  const looks = new Map<string, Look>();
  for (const people of groups.values()) {
    const taken = new Set<number>();
    for (const [person, ids] of [...people].sort(([a], [b]) => (a < b ? -1 : 1))) {
      let colour = hue(person);
      while (taken.has(colour) && taken.size < HUES) colour = (colour + 5) % HUES;
      taken.add(colour);
      for (const id of ids) looks.set(id, { hue: colour, lookalike: people.size > 1 });
    }
  }
  return looks;
}
