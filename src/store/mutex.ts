/** Runs one piece of work at a time, first come first served. */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve()

  /** Runs `work` once everything asked for earlier has settled; settles like `work`. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => undefined)
    return result
  }
}
