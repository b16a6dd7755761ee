/** What happened to all clients of a soak. */
export class Tally {
  /** Of the mesh and of certificates, counted before they are made. */
  changes = 0
  streams = 0
  joins = 0
  resumptions = 0
  departures = 0
  breaks = 0
  stalls = 0
  refusals = 0
  recycled = 0
  responses = 0
  resources = 0
  bytes = 0
  nacks = 0
  /** Secrets that were accepted; of them with private keys. */
  secrets = 0
  keys = 0
  /** What the server should not have done. */
  readonly violations: string[] = []

  counts(): Record<string, number> {
    const counts = Object.entries(this).filter((entry): entry is [string, number] => typeof entry[1] === 'number')
    return { ...Object.fromEntries(counts), violations: this.violations.length }
  }
}
