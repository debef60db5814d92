/** Who writes and who listens while the broker is killed: real SDK clients that stay, and come back each time. */
import * as Ably from "ably";

const IN_FLIGHT = 4;
const CHANNELS = ["a", "b"];

/** What one channel of one epoch is known to hold. */
export interface ChannelBook {
  readonly name: string;
  /** Serial by text, of what was acknowledged. */
  readonly acknowledged: Map<string, string>;
  /** How often each text was heard. */
  readonly heard: Map<string, number>;
  /** Whether the listener was told that it may have missed something. */
  gaps: number;
  /** Acknowledgements whose serial is not above that of the same writer's one before. */
  fallen: number;
}

export class Traffic {
  readonly rest: Ably.Rest;
  readonly #writers: Ably.Realtime[];
  readonly #listener: Ably.Realtime;
  readonly #clients: Ably.Realtime[];
  #count = 0;
  #isOver = false;
  refused = 0;
  newConnections = 0;

  constructor(port: number) {
    const options: Ably.ClientOptions = {
      key: "app.key:secret",
      endpoint: "127.0.0.1",
      port,
      tls: false,
      logLevel: 0,
      disconnectedRetryTimeout: 25,
    };
    this.rest = new Ably.Rest(options);
    this.#writers = [true, false].map((useBinaryProtocol) => new Ably.Realtime({ ...options, useBinaryProtocol }));
    this.#listener = new Ably.Realtime(options);
    this.#clients = [...this.#writers, this.#listener];
    for (const { connection } of this.#clients) {
      let id = "";
      connection.on("connected", () => {
        if (id !== "" && connection.id !== id) this.newConnections++;
        id = connection.id ?? "";
      });
    }
  }

  /** Listens and writes on channels of their own, until `run` is done and everything written is answered. */
  async epoch(number: number, run: () => Promise<void>): Promise<ChannelBook[]> {
    const books = CHANNELS.map((letter) => newBook(`kept:${number}-${letter}`));
    await Promise.all(books.map((book) => this.#listen(book)));
    this.#isOver = false;
    const writing = books.flatMap((book) => [
      ...this.#writers.flatMap((writer) =>
        Array.from({ length: IN_FLIGHT }, () =>
          this.#write(book, (text) => writer.channels.get(book.name).publish("m", text)),
        ),
      ),
      this.#write(book, (text) => this.#post(book.name, text)),
    ]);
    await run();
    this.#isOver = true;
    await Promise.all(writing);
    await Promise.all(books.map((book) => this.#settled(book)));
    return books;
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }

  async #listen(book: ChannelBook): Promise<void> {
    const channel = this.#listener.channels.get(book.name);
    await channel.subscribe("m", ({ data }) => void book.heard.set(data, (book.heard.get(data) ?? 0) + 1));
    channel.on(["attached", "update"], ({ resumed }) => {
      if (!resumed) book.gaps++;
    });
  }

  /** One thing after another, until the epoch is over. */
  async #write(book: ChannelBook, publish: (text: string) => Promise<Ably.PublishResult>): Promise<void> {
    let last = "";
    while (!this.#isOver) {
      const text = String(this.#count++);
      try {
        const [serial] = (await publish(text)).serials;
        if (serial === undefined || serial === null || serial <= last) book.fallen++;
        last = serial ?? "";
        book.acknowledged.set(text, last);
      } catch (error) {
        if (!(error instanceof Ably.ErrorInfo)) throw error;
        this.refused++;
      }
    }
  }

  /** Over REST, under an id of its own, again until it is answered. */
  async #post(name: string, text: string): Promise<Ably.PublishResult> {
    for (;;) {
      try {
        return await this.rest.channels.get(name).publish({ id: `rest-${text}`, name: "m", data: text });
      } catch (error) {
        if (error instanceof Ably.ErrorInfo) throw error; // the broker answered
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }

  /** The listener has heard a last word on this channel. */
  async #settled({ name }: ChannelBook): Promise<void> {
    const heard = new Promise((resolve) => void this.#listener.channels.get(name).subscribe("last", resolve));
    await this.#writers[0]?.channels.get(name).publish("last", "");
    await heard;
    await Promise.all(this.#clients.map((client) => client.channels.get(name).detach()));
  }
}

const newBook = (name: string): ChannelBook => ({
  name,
  acknowledged: new Map(),
  heard: new Map(),
  gaps: 0,
  fallen: 0,
});
