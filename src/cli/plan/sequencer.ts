/** Finds the order of a plan's steps by trying each on a sketch of the mesh, the way the API would. */
import { isDeepStrictEqual } from 'node:util'
import { refKey } from '../../model/references.js'
import type { Definition, ResourceRef, Tag } from '../../model/resource.js'
import type { StoredResource } from '../access/meshes.js'
import { DETOURS } from './interim.js'
import { Sketch } from './sketch.js'
import type { PlanProblem, Step } from './step.js'

export interface Put extends Definition {
  /** All that it shall have. */
  readonly tags: readonly Tag[]
  readonly isNew: boolean
  readonly specChanged: boolean
  readonly stored?: StoredResource
}

export class Sequencer {
  readonly #sketch: Sketch
  readonly #steps: Step[] = []
  readonly #problems: PlanProblem[] = []
  readonly #replaced = new Set<string>()
  #puts: Put[]
  #removals: ResourceRef[]
  #removalsFrom = 0

  /** Both lists in the order that is tried first. */
  constructor(current: readonly Definition[], puts: readonly Put[], removals: readonly ResourceRef[]) {
    this.#sketch = new Sketch(current)
    this.#puts = [...puts]
    this.#removals = [...removals]
  }

  /** Index of the first step after which nothing is created or updated any more. */
  get removalsFrom(): number {
    return this.#removalsFrom
  }

  run(): { steps: readonly Step[]; problems: readonly PlanProblem[]; replaced: ReadonlySet<string> } {
    while (this.#puts.length > 0) {
      if (this.#putWhatFits() || this.#clearTheWay()) continue
      for (const put of this.#puts) this.#problems.push(...this.#explain(put))
      break
    }
    this.#removalsFrom = this.#steps.length
    for (const ref of this.#removals) this.#remove(ref)
    return { steps: this.#steps, problems: this.#problems, replaced: this.#replaced }
  }

  #putWhatFits(): boolean {
    const before = this.#puts.length
    this.#puts = this.#puts.filter((put) => {
      if (this.#sketch.checkPut(put)) return true
      this.#put(put)
      return false
    })
    return this.#puts.length < before
  }

  #put(put: Put): void {
    const { ref, spec, tags, isNew } = put
    const create = isNew || this.#replaced.has(refKey(ref))
    this.#steps.push(create ? { action: 'create', ref, spec, tags } : { action: 'update', ref, spec })
    this.#sketch.put({ ref, spec })
  }

  /** Every put that is left would be refused. Makes one of them possible, at the least cost for the traffic; false when nothing can. */
  #clearTheWay(): boolean {
    for (const put of this.#puts) {
      const refusal = this.#sketch.checkPut(put)
      if (!refusal || refusal.problems.length > 0) continue
      const { blockers } = refusal
      const leaving = blockers.filter(({ ref }) => this.#isLeaving(ref))
      const pending = blockers.filter(({ ref }) => this.#isPending(ref))
      // Something that nobody wants changed is in the way.
      if (leaving.length + pending.length < blockers.length) continue
      for (const { ref } of leaving) this.#removeEarly(ref)
      if (leaving.length === 0 && !this.#detour(put, blockers)) for (const { ref } of blockers) this.#replace(ref)
      return true
    }
    return false
  }

  #detour(put: Put, blockers: readonly Definition[]): boolean {
    for (const detour of DETOURS) {
      const interim = detour(this.#sketch, put, blockers)
      if (interim.length === 0 || !this.#leadsTo(put, blockers, interim)) continue
      for (const { ref, spec } of interim.filter((each) => this.#differs(each))) {
        this.#steps.push({ action: 'update', ref, spec, interim: true })
        this.#sketch.put({ ref, spec })
      }
      return true
    }
    return false
  }

  /** Whether `put` is taken after `interim`, at the latest when what blocks it is as it shall be. */
  #leadsTo(put: Put, blockers: readonly Definition[], interim: readonly Definition[]): boolean {
    if (!interim.some((each) => this.#differs(each))) return false
    const trial = this.#sketch.clone()
    const take = (definition: Definition): boolean => {
      if (trial.checkPut(definition)) return false
      trial.put(definition)
      return true
    }
    if (!interim.every(take)) return false
    if (!trial.checkPut(put)) return true
    return blockers.every(({ ref }) => take(this.#finalOf(ref))) && !trial.checkPut(put)
  }

  #finalOf(ref: ResourceRef): Definition {
    const key = refKey(ref)
    return this.#puts.find((put) => refKey(put.ref) === key) ?? { ref, spec: {} }
  }

  #differs({ ref, spec }: Definition): boolean {
    return !isDeepStrictEqual(this.#sketch.get(ref)?.spec, spec)
  }

  #isPending(ref: ResourceRef): boolean {
    return this.#puts.some((put) => refKey(put.ref) === refKey(ref))
  }

  #isLeaving(ref: ResourceRef): boolean {
    return this.#removals.some((each) => refKey(each) === refKey(ref))
  }

  #removeEarly(ref: ResourceRef): void {
    this.#removals = this.#removals.filter((each) => refKey(each) !== refKey(ref))
    this.#remove(ref)
  }

  #remove(ref: ResourceRef): void {
    const message = this.#sketch.checkRemove(ref)
    if (message !== undefined) {
      this.#problems.push({ ref, message })
      return
    }
    this.#steps.push({ action: 'delete', ref })
    this.#sketch.remove(ref)
  }

  #replace(ref: ResourceRef): void {
    this.#replaced.add(refKey(ref))
    this.#steps.push({ action: 'delete', ref, replaced: true })
    this.#sketch.remove(ref)
  }

  #explain(put: Put): PlanProblem[] {
    const { problems = [], blockers = [] } = this.#sketch.checkPut(put) ?? {}
    const fixed = blockers.filter(({ ref }) => !this.#isPending(ref) && !this.#isLeaving(ref))
    const blocked = fixed.map(
      ({ ref }) =>
        `the ${ref.kind} ${ref.parentName ?? ''}/${ref.name} that is there would not fit it: change or delete it, too`,
    )
    return [...problems, ...blocked].map((message) => ({ ref: put.ref, message }))
  }
}
