/**
 * The certificate directory while it is served: what it holds now, kept in step with its files. A file that cannot be used leaves what was read before
 * in place.
 */
import { watch, type FSWatcher } from 'node:fs'
import { inspectEntry, listEntries, readEntry, reasonOf, type Entry } from './entry.js'
import { isSelfSigned } from './chain.js'
import { kindOf } from './arn.js'
import { expiryOf, warningsOf, type Material } from './material.js'

/** Words for logs. No key is ever in them. */
export interface DirectoryEvents {
  readonly onLoaded?: (arn: string, details: { path: string; expires: number; renewed: boolean }) => void
  readonly onRemoved?: (arn: string) => void
  /** Once for each broken state. `kept`: what was read before stays in use. */
  readonly onBroken?: (path: string, reason: string, kept: boolean) => void
  readonly onWarning?: (path: string, warning: string) => void
}

export interface DirectoryOptions extends DirectoryEvents {
  readonly path: string
  /** Between looks at the files, milliseconds. Events of the file system only make it sooner: they miss links and network file systems. */
  readonly intervalMs?: number
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/** Why there is nothing for an ARN. */
export interface Unavailable {
  readonly problem: string
}

interface Held {
  readonly entry: Entry
  readonly fingerprint: string
  readonly fresh: boolean
  readonly material: Material | undefined
  readonly problem: string | undefined
}

export interface DirectoryStatus {
  readonly arn: string
  /** Milliseconds since the epoch; absent when nothing could be read yet. */
  readonly expires?: number
  readonly broken: boolean
}

const INTERVAL_MS = 2000
const DEBOUNCE_MS = 20

export class CertificateDirectory {
  readonly #options: DirectoryOptions
  readonly #now: () => number
  readonly #listeners = new Set<(arns: ReadonlySet<string>) => void>()
  #held: ReadonlyMap<string, Held> = new Map()
  readonly #said = new Set<string>()
  #unreadable: string | undefined
  #timer: NodeJS.Timeout | undefined
  #soon: NodeJS.Timeout | undefined
  #watcher: FSWatcher | undefined
  #scanning: Promise<void> | undefined
  #again = false
  #stopped = false

  constructor(options: DirectoryOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  /** Reads everything, and starts to follow it. A directory that is not there yet is an empty one. */
  async start(): Promise<void> {
    await this.check()
    this.#timer = setInterval(() => void this.check(), this.#options.intervalMs ?? INTERVAL_MS).unref()
  }

  stop(): void {
    this.#stopped = true
    clearInterval(this.#timer)
    clearTimeout(this.#soon)
    this.#watcher?.close()
  }

  /** Looks now. When it looks already, it looks once more after that: what has changed meanwhile is never missed. */
  check(): Promise<void> {
    if (this.#scanning) {
      this.#again = true
      return this.#scanning
    }
    this.#scanning = this.#scanAll().finally(() => (this.#scanning = undefined))
    return this.#scanning
  }

  /** The chain and key of an ACM certificate: the same object until one of them changes. */
  certificate(arn: string): WithKey | Unavailable {
    const held = this.#find(arn)
    if ('problem' in held || hasKey(held)) return held
    return { problem: `${arn} is no certificate` }
  }

  /**
   * The certificates to trust, as PEM: those of a certificate authority, or for an ACM certificate the authority at the end of its chain
   * (envoy-config.md section 3.8).
   */
  authority(arn: string): { readonly chain: string } | Unavailable {
    const held = this.#find(arn)
    if ('problem' in held || held.kind === 'authority') return held
    const [last] = held.certificates.slice(-1)
    if (last && (held.certificates.length > 1 || isSelfSigned(last))) return { chain: String(last) }
    return { problem: `the chain of ${arn} does not hold the authority that issued it: import it with its chain` }
  }

  /** Calls `listener` with the ARNs whose material has changed, come or gone; the result ends that. */
  onChange(listener: (arns: ReadonlySet<string>) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** One line for each ARN, for metrics. */
  statuses(): DirectoryStatus[] {
    return [...this.#held.values()].map(({ entry, material, problem }) => ({
      arn: entry.arn,
      ...(material && { expires: expiryOf(material) }),
      broken: problem !== undefined,
    }))
  }

  #find(arn: string): Material | Unavailable {
    const held = this.#held.get(arn)
    if (held?.material) return held.material
    if (held?.problem !== undefined) return { problem: held.problem }
    if (!kindOf(arn)) return { problem: `${arn} is neither an ACM certificate nor an ACM Private CA authority` }
    return { problem: `nothing has been imported for ${arn} (meshkeeper certs import --arn ${arn} …)` }
  }

  async #scanAll(): Promise<void> {
    await this.#scan()
    while (this.#isDueAgain()) await this.#scan()
  }

  #isDueAgain(): boolean {
    const again = this.#again && !this.#stopped
    this.#again = false
    return again
  }

  async #scan(): Promise<void> {
    const { path, onBroken, onRemoved } = this.#options
    this.#follow()
    let listing
    try {
      listing = await listEntries(path)
      this.#unreadable = undefined
    } catch (error) {
      const reason = reasonOf(error)
      const isNew = (error as NodeJS.ErrnoException).code === 'ENOENT' && this.#held.size === 0
      // A directory that goes away as a whole was unmounted, not emptied: whatever it held stays in use.
      if (!isNew && reason !== this.#unreadable) onBroken?.(path, reason, this.#held.size > 0)
      this.#unreadable = reason
      // Events of a directory that is gone do not tell of the one that takes its place.
      if (this.#watcher) this.#unfollow(this.#watcher)
      return
    }
    for (const stray of listing.strays) this.#say(path, stray)
    const next = new Map<string, Held>()
    for (const [arn, entry] of listing.entries) {
      const held = await this.#look(entry, this.#held.get(arn))
      if (held) next.set(arn, held)
    }
    const before = this.#held
    this.#held = next
    for (const arn of before.keys()) if (!next.has(arn)) onRemoved?.(arn)
    const arns = new Set([...before.keys(), ...next.keys()])
    const changed = [...arns].filter((arn) => differs(before.get(arn), next.get(arn)))
    if (changed.length > 0 && !this.#stopped) for (const tell of this.#listeners) tell(new Set(changed))
  }

  /** Returns undefined for what has been removed since it was listed. */
  async #look(entry: Entry, before: Held | undefined): Promise<Held | undefined> {
    const { onBroken, onLoaded } = this.#options
    // Taken before the files are read: what changes after that has another fingerprint next time.
    const { fingerprint, fresh, exposed } = await inspectEntry(entry, this.#now())
    if (before && !before.fresh && before.fingerprint === fingerprint && before.entry.path === entry.path) {
      this.#warn(entry, before.material)
      return before
    }
    for (const file of exposed) this.#say(file, 'others than its owner may read this private key (chmod 600)')
    const kept = before?.material
    try {
      const material = await readEntry(entry)
      this.#warn(entry, material)
      // The certificate holds the public key: with the same chain the key is the same.
      const same = kept?.chain === material.chain
      if (!same || before?.problem !== undefined)
        onLoaded?.(entry.arn, { path: entry.path, expires: expiryOf(material), renewed: kept !== undefined })
      return { entry, fingerprint, fresh, material: same ? kept : material, problem: undefined }
    } catch (error) {
      if (await this.#isGone(entry)) return undefined
      const problem = reasonOf(error)
      if (problem !== before?.problem) onBroken?.(entry.path, problem, kept !== undefined)
      return { entry, fingerprint, fresh, material: kept, problem }
    }
  }

  async #isGone({ arn }: Entry): Promise<boolean> {
    const listing = await listEntries(this.#options.path).catch(() => undefined)
    return listing !== undefined && !listing.entries.has(arn)
  }

  /** Certificates grow old while nobody touches them. */
  #warn({ path }: Entry, material: Material | undefined): void {
    for (const warning of material ? warningsOf(material, this.#now()) : []) this.#say(path, warning)
  }

  /** Says everything once. */
  #say(path: string, warning: string): void {
    const text = `${path}\n${warning}`
    if (this.#said.has(text)) return
    this.#said.add(text)
    this.#options.onWarning?.(path, warning)
  }

  /** Listens for events if it can; the next look tries again. */
  #follow(): void {
    if (this.#watcher || this.#stopped) return
    try {
      const watcher = watch(this.#options.path, { persistent: false }, () => {
        clearTimeout(this.#soon)
        this.#soon = setTimeout(() => void this.check(), DEBOUNCE_MS).unref()
      })
      watcher.on('error', () => this.#unfollow(watcher))
      this.#watcher = watcher
    } catch {
      this.#watcher = undefined
    }
  }

  #unfollow(watcher: FSWatcher): void {
    watcher.close()
    if (this.#watcher === watcher) this.#watcher = undefined
  }
}

type WithKey = Material & Required<Pick<Material, 'privateKey'>>

function hasKey(material: Material): material is WithKey {
  return material.privateKey !== undefined
}

function differs(before: Held | undefined, after: Held | undefined): boolean {
  return before?.material !== after?.material || before?.problem !== after?.problem
}
