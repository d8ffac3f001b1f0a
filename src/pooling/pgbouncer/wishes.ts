/** What the user says of PgBouncer, in the configuration of pitstop; what is left out is decided by rule. */
export interface BouncerWishes {
  readonly processes?: number | undefined;
  /** Where it listens: addresses with commas in between, or `*`. */
  readonly listenAddress: string;
  /** Paths on PgBouncer's machine: clients then have to use TLS. */
  readonly certificate?: { readonly certFile: string; readonly keyFile: string } | undefined;
  /** A role of the server that may see PgBouncer's statistics. */
  readonly statsRole?: string | undefined;
}

/** Whether nobody from another machine can connect. */
export function isLoopback(addresses: string): boolean {
  return addresses.split(',').every((address) => /^(?:127\.[\d.]+|::1|localhost)$/.test(address.trim()));
}
