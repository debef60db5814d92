/** A queue that understands as much SQS as we speak. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type AwsCall, createAwsCall } from "../../../lambda/aws.ts";

interface Input {
  readonly Entries?: { readonly MessageBody: string; readonly ReceiptHandle: string }[];
}

export class SqsStandIn {
  /** The bodies of the messages in the queue, oldest first. */
  readonly messages: string[] = [];
  readonly requests: { readonly target: string; readonly signed: boolean; readonly count: number }[] = [];
  /** Every batch is answered with one entry that failed. */
  fails = false;
  readonly call: AwsCall = createAwsCall({
    AWS_ACCESS_KEY_ID: "id",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_REGION: "eu-west-1",
  });
  readonly #hidden = new Set<string>();
  readonly #server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const target = String(request.headers["x-amz-target"]);
    const input = JSON.parse(Buffer.concat(chunks).toString());
    const signed = String(request.headers.authorization).startsWith("AWS4-HMAC-SHA256 Credential=id/");
    this.requests.push({ target, signed, count: input.Entries?.length ?? 0 });
    const answer = this.#answerTo(target.split(".")[1] ?? "", input);
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(answer));
  });

  /** Gives back the URL of the queue. */
  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/123456789012/quarantine`;
  }

  close(): void {
    this.#server.close();
  }

  #answerTo(action: string, { Entries = [] }: Input): object {
    const { messages } = this;
    if (this.fails) return { Failed: Entries.slice(0, 1).map(() => ({ Id: "0", Code: "InternalError" })) };
    if (action === "SendMessageBatch") messages.push(...Entries.map(({ MessageBody }) => MessageBody));
    if (action === "GetQueueAttributes") {
      return { Attributes: { ApproximateNumberOfMessagesNotVisible: String(this.#hidden.size) } };
    }
    if (action === "ReceiveMessage") {
      const visible = messages.filter((body) => !this.#hidden.has(body)).slice(0, 10);
      for (const body of visible) this.#hidden.add(body);
      return { Messages: visible.map((Body) => ({ Body, MessageId: Body, ReceiptHandle: Body })) };
    }
    for (const { ReceiptHandle } of Entries) {
      if (action === "DeleteMessageBatch") messages.splice(messages.indexOf(ReceiptHandle), 1);
      if (action !== "SendMessageBatch") this.#hidden.delete(ReceiptHandle);
    }
    return {};
  }

  /** As if what was received had been received too long ago. */
  showAll(): void {
    this.#hidden.clear();
  }
}
