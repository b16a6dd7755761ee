/** Who depends on which keys, to be found by key. */
export class DependencyIndex<Owner extends { dependencies: ReadonlySet<string> }> {
  readonly #owners = new Map<string, Set<Owner>>()

  of(key: string): Iterable<Owner> {
    return this.#owners.get(key) ?? []
  }

  /** From now on `owner` depends on these keys, and on no others. */
  track(owner: Owner, dependencies: ReadonlySet<string>): void {
    if (dependencies === owner.dependencies) return
    for (const key of owner.dependencies) if (!dependencies.has(key)) this.#untrack(key, owner)
    for (const key of dependencies) {
      const owners = this.#owners.get(key)
      if (owners) owners.add(owner)
      else this.#owners.set(key, new Set([owner]))
    }
    owner.dependencies = dependencies
  }

  /** Forgets `owner`. */
  drop(owner: Owner): void {
    for (const key of owner.dependencies) this.#untrack(key, owner)
  }

  #untrack(key: string, owner: Owner): void {
    const owners = this.#owners.get(key)
    if (owners?.delete(owner) && owners.size === 0) this.#owners.delete(key)
  }
}
