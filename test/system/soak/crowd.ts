/** The crowd of a soak run: people who come and go, write, lose their sockets and their network, and press Retry. */
import { BANNED, type Books } from "./books.ts";
import { Person, until } from "./person.ts";

export interface Pace {
  /** People at a time, in all rooms. */
  readonly people: number;
  /** Between two messages of one person (ms). */
  readonly writeMs: number;
  /** Between two who leave, each followed by a newcomer (ms). */
  readonly changeMs: number;
  /** Between two sockets that are lost (ms). */
  readonly dropMs: number;
  /** Between two people who lose their network, and for how long (ms): longer than a connection is kept. */
  readonly cutMs: number;
  readonly awayMs: number;
  /** How long somebody waits for a room, and at the end, or on leaving, for what is under way (ms). */
  readonly patienceMs: number;
}

/** The default room, and two others. */
const ROOMS = ["", "garden", "kitchen"];
/** One message in so many holds a banned word. */
const BANNED_EVERY = 10;
const RETRY_MS = 1_000;

export class Crowd {
  left = 0;
  dropped = 0;
  cut = 0;
  readonly #origin: string;
  readonly #pace: Pace;
  readonly #books: Books;
  readonly #timers: NodeJS.Timeout[] = [];
  /** Who is about to come, or to go. */
  readonly #onTheWay = new Set<Promise<void>>();
  #people: Person[] = [];
  readonly #leavers = new Set<Person>();
  #tokens = 0;
  #lines = 0;

  private constructor(origin: string, pace: Pace, books: Books) {
    this.#origin = origin;
    this.#pace = pace;
    this.#books = books;
  }

  /** Everybody comes in. */
  static async gather(origin: string, pace: Pace, books: Books): Promise<Crowd> {
    const crowd = new Crowd(origin, pace, books);
    const rooms = Array.from({ length: pace.people }, (_, index) => ROOMS[index % ROOMS.length] ?? "");
    await Promise.all(rooms.map((room) => crowd.#welcome(room)));
    return crowd;
  }

  /** They begin to do what people do. */
  begin(): void {
    const { people, writeMs, changeMs, dropMs, cutMs } = this.#pace;
    let turn = 0;
    this.#every(writeMs / people, () => this.#people[turn++ % this.#people.length]?.write(this.#line()));
    this.#every(changeMs, () => this.#change());
    this.#every(dropMs, () => this.#drop());
    this.#every(cutMs, () => this.#cut());
    this.#every(RETRY_MS, () => this.#retry());
  }

  /** They stop, wait until everything has come, and close the page. */
  async end(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    for (const person of this.#people) person.comeBack();
    const retrying = setInterval(() => this.#retry(), RETRY_MS);
    await Promise.all(this.#onTheWay);
    await until(() => this.#people.every((person) => person.isComplete()), this.#pace.patienceMs);
    clearInterval(retrying);
    for (const person of this.#people) this.#close(person);
  }

  get tokens(): number {
    return this.#people.reduce((sum, { tokens }) => sum + tokens, this.#tokens);
  }

  #every(ms: number, task: () => void): void {
    this.#timers.push(setInterval(task, ms));
  }

  #line(): string {
    this.#lines += 1;
    const rest = this.#lines % BANNED_EVERY === 0 ? `a ${BANNED}, of all things` : "and what else people say";
    return `line ${this.#lines} ${rest}`;
  }

  async #welcome(room: string): Promise<void> {
    const person = new Person({ origin: this.#origin, room, books: this.#books });
    if (await person.come(this.#pace.patienceMs)) this.#people.push(person);
    else {
      this.#books.shutOut += 1;
      this.#close(person);
    }
  }

  #retry(): void {
    for (const person of [...this.#people, ...this.#leavers]) person.retry();
  }

  /** Who has been here longest, and is reachable, leaves; somebody else comes. */
  #change(): void {
    const leaver = this.#calm()?.[0];
    if (leaver === undefined) return;
    this.#people = this.#people.filter((person) => person !== leaver);
    leaver.stopListening();
    this.left += 1;
    this.#leavers.add(leaver);
    this.#follow(until(() => leaver.isComplete(), this.#pace.patienceMs).then(() => this.#close(leaver)));
    this.#follow(this.#welcome(leaver.room));
  }

  #follow(way: Promise<void>): void {
    this.#onTheWay.add(way);
    void way.finally(() => this.#onTheWay.delete(way));
  }

  /** Everybody with a network, when all of them are in their rooms: a busy machine is not made busier. */
  #calm(): Person[] | undefined {
    const people = this.#people.filter(({ line }) => line.isUp);
    return people.every((person) => person.isThere()) ? people : undefined;
  }

  #close(person: Person): void {
    this.#leavers.delete(person);
    this.#tokens += person.tokens;
    person.close();
  }

  #drop(): void {
    const people = this.#calm();
    if (people === undefined) return;
    people[this.dropped % people.length]?.line.drop();
    this.dropped += 1;
  }

  /** Somebody's network is away for longer than the connection is kept. */
  #cut(): void {
    const person = this.#calm()?.at(-1);
    if (person === undefined || this.#people.some(({ line }) => !line.isUp)) return;
    this.cut += 1;
    person.line.cut();
    const timer = setTimeout(() => person.comeBack(), this.#pace.awayMs);
    this.#timers.push(timer);
  }
}
