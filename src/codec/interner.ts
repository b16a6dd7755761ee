/** One object per content, for as long as somebody uses it. */
export class Interner<T extends object> {
  readonly #known = new Map<string, WeakRef<T>>()
  readonly #collected = new FinalizationRegistry<string>((key) => {
    if (!this.#known.get(key)?.deref()) this.#known.delete(key)
  })

  /** The object that stands for `key` already, else `value`. Keeps neither alive. @param key tells contents apart */
  intern(key: string, value: T): T {
    const present = this.#known.get(key)?.deref()
    if (present) return present
    this.#known.set(key, new WeakRef(value))
    this.#collected.register(value, key)
    return value
  }
}
