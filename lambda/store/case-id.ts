/** The id of a case; apart, since the function asks for it where no store is loaded. */

/** One case for each message and kind. */
export const caseId = ({
  kind,
  message,
}: {
  /** Such as `held`. */
  readonly kind: string;
  readonly message: { readonly id: string };
}): string => `${kind}-${message.id.replace(/:0$/, "")}`;
