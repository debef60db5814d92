/**
 * Ids of presence messages, `<connection id>:<msgSerial>:<index>`. Those of one connection tell which was said later,
 * here as in the SDK.
 */
const PLACE = /^\d{1,15}:\d{1,15}$/;

/** Whether this connection could have been given the id. */
export function isIdOf(connectionId: string, id: string): boolean {
  return id.startsWith(`${connectionId}:`) && PLACE.test(id.slice(connectionId.length + 1));
}

/** Whether the one id was given after the other, both to the same connection. */
export function isLater(id: string, than: string): boolean {
  const [serial = 0, index = 0] = placeOf(id);
  const [otherSerial = 0, otherIndex = 0] = placeOf(than);
  return serial === otherSerial ? index > otherIndex : serial > otherSerial;
}

const placeOf = (id: string): number[] => id.split(":").slice(-2).map(Number);
