/** How a person said yes: typed at a terminal and used at once, or signed with an SSH key and stored. */
type ApprovalMethod = 'terminal' | 'ssh';

/** A person's yes to one request, ready to be consumed. It is good for one use, before it expires. */
export interface Approval {
  /** A UUID. */
  readonly id: string;
  /** The request that it answers. */
  readonly request: string;
  /** SHA-256 (hex) of everything that the request binds. */
  readonly requestSha256: string;
  readonly method: ApprovalMethod;
  /** Who: the signer's principal, or the user at the terminal. */
  readonly approver: string;
  readonly environment: string;
  /** ISO 8601, UTC. */
  readonly issued: string;
  readonly expires: string;
  /** The signed text and its signature, for the record; null for one that was typed. */
  readonly signed: { readonly payload: string; readonly signature: string } | null;
}
