/** One mesh through the App Mesh API of a server: written at random, and read back whole. */
import assert from 'node:assert/strict'
import type { Kind, Resource, ResourceRef } from '../../src/model/resource.js'
import type { Random } from './random.js'

export interface MeshSize {
  /** Virtual nodes that are there all the time. */
  readonly nodes: number
  /** Further ones that come and go. */
  readonly guests: number
  readonly services: number
}

type Spec = Readonly<Record<string, unknown>>

/** What there is to change, and how often it is changed. */
const CHANGES = {
  node: 30,
  route: 34,
  extraRoute: 9,
  provider: 8,
  service: 7,
  guest: 6,
  mesh: 2,
  tags: 4,
} as const

const MESH = 'soak'
const REFUSED: readonly number[] = [400, 404, 409]

export const nodeName = (index: number): string => `node-${index}`
export const guestName = (index: number): string => `guest-${index}`
export const nodeId = (name: string): string => `mesh/${MESH}/virtualNode/${name}`

const serviceName = (index: number): string => `service-${index}.soak.localhost`
const routerName = (index: number): string => `router-${index}`
const listener = (protocol = 'http') => ({ portMapping: { port: 8080, protocol } })
const millis = (value: number) => ({ unit: 'ms', value })

export class AppMesh {
  /** Changes that were made, by kind, and those that the API refused for what the mesh was like. */
  readonly made = new Map<string, number>()
  refused = 0
  lastRefusal = ''
  readonly #base: string
  readonly #random: Random
  readonly #size: MeshSize
  #edition = 0

  constructor(port: number, random: Random, size: MeshSize) {
    this.#base = `http://127.0.0.1:${port}/v20190125/`
    this.#random = random
    this.#size = size
  }

  async build(): Promise<void> {
    const { nodes, guests, services } = this.#size
    await this.#create('meshes', 'meshName', MESH, {})
    for (let index = 0; index < nodes; index++) {
      await this.#create(`meshes/${MESH}/virtualNodes`, 'virtualNodeName', nodeName(index), this.#node(nodeName(index)))
    }
    for (let index = 0; index < guests; index += 2) await this.#createGuest(guestName(index))
    for (let index = 0; index < services; index++) {
      const router = routerName(index)
      await this.#create(`meshes/${MESH}/virtualRouters`, 'virtualRouterName', router, { listeners: [listener()] })
      await this.#create(`meshes/${MESH}/virtualRouter/${router}/routes`, 'routeName', 'all', this.#route())
      await this.#create(`meshes/${MESH}/virtualServices`, 'virtualServiceName', serviceName(index), {
        provider: { virtualRouter: { virtualRouterName: router } },
      })
    }
  }

  /** One change, whichever. */
  async change(): Promise<void> {
    const random = this.#random
    const kind = random.weighted(CHANGES)
    const done = await this.#change[kind](random.integer(0, this.#size.services - 1))
    if (done) this.made.set(kind, (this.made.get(kind) ?? 0) + 1)
    else this.refused++
  }

  /** Everything as the API describes it. */
  async read(): Promise<Resource[]> {
    const mesh = await this.#describe('mesh', `meshes/${MESH}`, { name: MESH })
    const resources = [mesh]
    for (const [kind, plural] of [
      ['virtualNode', 'virtualNodes'],
      ['virtualRouter', 'virtualRouters'],
      ['virtualService', 'virtualServices'],
    ] as const) {
      for (const name of await this.#list(`meshes/${MESH}/${plural}`, plural, `${kind}Name`)) {
        resources.push(await this.#describe(kind, `meshes/${MESH}/${plural}/${name}`, { name }))
      }
    }
    for (const { ref } of resources.filter(({ ref: { kind } }) => kind === 'virtualRouter')) {
      const path = `meshes/${MESH}/virtualRouter/${ref.name}/routes`
      for (const name of await this.#list(path, 'routes', 'routeName')) {
        resources.push(await this.#describe('route', `${path}/${name}`, { name, parentName: ref.name }))
      }
    }
    return resources
  }

  readonly #change: Record<keyof typeof CHANGES, (index: number) => Promise<boolean>> = {
    node: async () => {
      const name = nodeName(this.#random.integer(0, this.#size.nodes - 1))
      return this.#send('PUT', `meshes/${MESH}/virtualNodes/${name}`, { spec: this.#node(name) })
    },
    route: (index) =>
      this.#send('PUT', `meshes/${MESH}/virtualRouter/${routerName(index)}/routes/all`, { spec: this.#route() }),
    extraRoute: async (index) => {
      const path = `meshes/${MESH}/virtualRouter/${routerName(index)}/routes`
      if (await this.#send('DELETE', `${path}/extra`)) return true
      return this.#send('PUT', path, { routeName: 'extra', spec: { ...this.#route('/extra'), priority: 1 } })
    },
    provider: (index) =>
      this.#send('PUT', `meshes/${MESH}/virtualServices/${serviceName(index)}`, {
        spec: { provider: this.#provider(index) },
      }),
    service: async (index) => {
      const path = `meshes/${MESH}/virtualServices`
      const name = serviceName(index)
      if (await this.#send('DELETE', `${path}/${name}`)) return true
      return this.#send('PUT', path, { virtualServiceName: name, spec: { provider: this.#provider(index) } })
    },
    guest: async () => {
      const name = guestName(this.#random.integer(0, this.#size.guests - 1))
      if (await this.#send('DELETE', `meshes/${MESH}/virtualNodes/${name}`)) return true
      return this.#createGuest(name)
    },
    mesh: () => {
      const egressFilter = { type: this.#random.pick(['ALLOW_ALL', 'DROP_ALL']) }
      return this.#send('PUT', `meshes/${MESH}`, { spec: { egressFilter } })
    },
    tags: () => {
      const arn = encodeURIComponent(`arn:aws:appmesh:us-east-1:000000000000:mesh/${MESH}`)
      return this.#send('PUT', `tag?resourceArn=${arn}`, { tags: [{ key: 'edition', value: String(this.#edition++) }] })
    },
  }

  #createGuest(name: string): Promise<boolean> {
    return this.#send('PUT', `meshes/${MESH}/virtualNodes`, { virtualNodeName: name, spec: this.#node(name) })
  }

  #provider(index: number): Spec {
    if (this.#random.chance(0.5)) return { virtualRouter: { virtualRouterName: routerName(index) } }
    return { virtualNode: { virtualNodeName: this.#anyNode() } }
  }

  #anyNode(): string {
    return nodeName(this.#random.integer(0, this.#size.nodes - 1))
  }

  #node(name: string): Spec {
    const random = this.#random
    const services = Array.from({ length: this.#size.services }, (_, index) => serviceName(index))
    const responseType = random.pick(['LOADBALANCER', 'ENDPOINTS'])
    return {
      listeners: [
        {
          ...listener(),
          ...(random.chance(0.5) && { timeout: { http: { perRequest: millis(random.integer(1, 60_000)) } } }),
          ...(random.chance(0.2) && { connectionPool: { http: { maxConnections: random.integer(1, 1000) } } }),
        },
      ],
      serviceDiscovery: { dns: { hostname: `${name}.soak.localhost`, responseType } },
      backends: random
        .sample(services, random.integer(0, 6))
        .map((virtualServiceName) => ({ virtualService: { virtualServiceName } })),
      ...(random.chance(0.5) && { logging: { accessLog: { file: { path: '/dev/stdout' } } } }),
    }
  }

  #route(prefix = '/'): Spec {
    const random = this.#random
    const weightedTargets = random
      .sample([this.#anyNode(), this.#anyNode(), this.#anyNode()], random.integer(1, 3))
      .filter((name, index, all) => all.indexOf(name) === index)
      .map((virtualNode) => ({ virtualNode, weight: random.integer(1, 33) }))
    const timeout = { perRequest: millis(1 + this.#edition++) }
    return { httpRoute: { match: { prefix }, action: { weightedTargets }, timeout } }
  }

  async #create(path: string, member: string, name: string, spec: Spec): Promise<void> {
    assert.ok(
      await this.#send('PUT', path, { [member]: name, spec }),
      `${path}: ${name} could not be created: ${this.lastRefusal}`,
    )
  }

  /** False when the mesh is not as the request would have it. */
  async #send(method: string, path: string, body?: object): Promise<boolean> {
    const response = await fetch(this.#base + path, { method, ...(body && { body: JSON.stringify(body) }) })
    const text = await response.text()
    assert.ok(response.ok || REFUSED.includes(response.status), `${method} ${path}: ${response.status} ${text}`)
    if (!response.ok) this.lastRefusal = text
    return response.ok
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(this.#base + path)
    assert.equal(response.status, 200, path)
    return response.json() as Promise<T>
  }

  async #list(path: string, plural: string, member: string): Promise<string[]> {
    const names: string[] = []
    let token: string | undefined
    do {
      const query = token === undefined ? '' : `?nextToken=${encodeURIComponent(token)}`
      const page = await this.#get<Record<string, Record<string, string>[]> & { nextToken?: string }>(path + query)
      names.push(...page[plural]!.map((item) => item[member]!))
      token = page.nextToken
    } while (token !== undefined)
    return names
  }

  async #describe(kind: Kind, path: string, { name, parentName }: Pick<ResourceRef, 'name' | 'parentName'>) {
    const { metadata, spec } = await this.#get<Pick<Resource, 'metadata' | 'spec'>>(path)
    const ref = { kind, meshOwner: metadata.meshOwner, meshName: MESH, name, ...(parentName && { parentName }) }
    return { ref, metadata, spec } as Resource
  }
}
