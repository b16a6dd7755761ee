/** A running Envoy seen through its admin interface. */
import { eventually } from './eventually.js'
import type { Child } from './process.js'

/** The slice of Envoy's /config_dump that tests look at. */
interface ConfigDump {
  readonly configs?: readonly DumpSection[]
}

interface DumpSection {
  readonly '@type': string
  readonly version_info?: string
  readonly dynamic_active_clusters?: readonly { cluster: Named; version_info: string }[]
  readonly dynamic_listeners?: readonly { name: string; active_state?: { listener: Named; version_info: string } }[]
  readonly dynamic_route_configs?: readonly { route_config: Named; version_info: string }[]
}

/** By xDS: LDS, RDS, CDS. */
export type ResourceSort = 'listeners' | 'routes' | 'clusters'

interface Named {
  readonly name: string
}

export class Envoy {
  readonly adminUrl: string
  readonly child: Child

  constructor(adminUrl: string, child: Child) {
    this.adminUrl = adminUrl
    this.child = child
  }

  /** The answer of an admin path, whatever its status. */
  async admin(path: string, method: 'GET' | 'POST' = 'GET'): Promise<{ status: number; body: string }> {
    const response = await fetch(`${this.adminUrl}${path}`, { method })
    return { status: response.status, body: await response.text() }
  }

  /** Resolves when the admin interface answers. */
  async live(): Promise<void> {
    await eventually({ what: `Envoy admin at ${this.adminUrl}`, timeoutMs: 30_000 }, async () => {
      await this.child.assertRunning('Envoy')
      return (await this.admin('/server_info')).status === 200
    })
  }

  /** Resolves when Envoy has its first configuration and takes traffic. */
  async ready(timeoutMs = 30_000): Promise<void> {
    await eventually({ what: 'Envoy /ready', timeoutMs }, async () => {
      await this.child.assertRunning('Envoy')
      const { status, body } = await this.admin('/ready')
      if (status !== 200) throw new Error(body.trim())
      return true
    })
  }

  /** Counters and gauges whose name matches the regular expression. */
  async stats(filter: string): Promise<Map<string, number>> {
    const { body } = await this.admin(`/stats?format=text&filter=${encodeURIComponent(filter)}`)
    return new Map(
      body
        .split('\n')
        .map((line) => line.split(': '))
        .filter((parts) => parts.length === 2 && /^\d+$/.test(parts[1]!))
        .map(([name, value]) => [name!, Number(value)]),
    )
  }

  /** One counter or gauge; 0 when Envoy has not made it yet. */
  async stat(name: string): Promise<number> {
    return (await this.stats(`^${name.replaceAll('.', '\\.')}$`)).get(name) ?? 0
  }

  /** Every delivered configuration by resource type and name, as Envoy dumps it. */
  async config(): Promise<EnvoyConfig> {
    const { body } = await this.admin('/config_dump')
    return new EnvoyConfig((JSON.parse(body) as ConfigDump).configs ?? [])
  }

  /** Waits until the delivered configuration satisfies `probe`. */
  until(what: string, probe: (config: EnvoyConfig) => boolean, timeoutMs = 10_000): Promise<EnvoyConfig> {
    return eventually({ what: `Envoy's configuration: ${what}`, timeoutMs }, async () => {
      const config = await this.config()
      return probe(config) && config
    })
  }

  /** Runs `write`, then waits until it has changed the delivered resources of this sort: the last that is expected to change. */
  async changedBy(sort: ResourceSort, write: () => Promise<unknown>): Promise<EnvoyConfig> {
    const before = (await this.config()).text(sort)
    await write()
    return this.until(`a change of its ${sort}`, (config) => config.text(sort) !== before)
  }

  /** Lines that Envoy has written, access log to /dev/stdout included. */
  async log(): Promise<string> {
    return this.child.log()
  }
}

export class EnvoyConfig {
  readonly clusters = new Map<string, object>()
  readonly listeners = new Map<string, object>()
  readonly routes = new Map<string, object>()

  constructor(sections: readonly DumpSection[]) {
    for (const section of sections) {
      for (const { cluster } of section.dynamic_active_clusters ?? []) this.clusters.set(cluster.name, cluster)
      for (const { name, active_state } of section.dynamic_listeners ?? []) {
        if (active_state) this.listeners.set(name, active_state.listener)
      }
      for (const { route_config } of section.dynamic_route_configs ?? [])
        this.routes.set(route_config.name, route_config)
    }
  }

  /** Equal for equal configurations, whenever and in whatever version they came. */
  get fingerprint(): string {
    return this.text('listeners') + this.text('routes') + this.text('clusters')
  }

  /** Every resource of one sort as JSON text. */
  text(sort: ResourceSort): string {
    return JSON.stringify([...this[sort]])
  }
}
