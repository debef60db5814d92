/** What the bundle holds in place of `ws`: the function speaks to Ably's REST interface only. */
export class WebSocket {
  constructor() {
    throw new Error("unable to connect; the function speaks REST only");
  }
}
