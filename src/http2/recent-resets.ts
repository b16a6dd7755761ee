/** Streams that we have reset lately: what still comes for them has crossed the reset, and is no fault of the client (RFC 9113, section 5.1). */

const REMEMBERED = 100

export class RecentResets {
  #ids: Set<number> | undefined

  add(streamId: number): void {
    this.#ids ??= new Set()
    this.#ids.add(streamId)
    const [oldest] = this.#ids
    if (oldest !== undefined && this.#ids.size > REMEMBERED) this.#ids.delete(oldest)
  }

  has(streamId: number): boolean {
    return this.#ids?.has(streamId) ?? false
  }
}
