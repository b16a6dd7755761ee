/** One mesh through the App Mesh API of a server: written at random, and read back whole. */
import assert from 'node:assert/strict'
import type { GatewayRouteSpec } from '../../src/model/gateway-route.js'
import type { Kind, Resource, ResourceRef } from '../../src/model/resource.js'
import type { Random } from './random.js'
import {
  gatewayName,
  guestGatewayName,
  guestName,
  listener,
  nodeName,
  routerName,
  serviceName,
  Specs,
  type MeshSize,
  type Spec,
} from './specs.js'

/** What there is to change, and how often it is changed. */
const CHANGES = {
  node: 30,
  route: 34,
  extraRoute: 9,
  provider: 8,
  service: 7,
  guest: 6,
  gateway: 8,
  gatewayRoute: 16,
  guestGateway: 4,
  mesh: 2,
  tags: 4,
} as const

/** What lives in another resource, by the kind of that. */
const CHILDREN: Partial<Record<Kind, 'route' | 'gatewayRoute'>> = {
  virtualRouter: 'route',
  virtualGateway: 'gatewayRoute',
}

const MESH = 'soak'
const REFUSED: readonly number[] = [400, 404, 409]

const GATEWAY_ROUTES = 4

/** The node id of an Envoy, by the kind and name of its virtual node or gateway. */
export const nodeId = (proxy: string): string => `mesh/${MESH}/${proxy}`

const nameGatewayRoute = (index: number): string => `gateway-route-${index}`
const gatewayRoutesOf = (gateway: string): string => `meshes/${MESH}/virtualGateway/${gateway}/gatewayRoutes`

export class AppMesh {
  /** Changes that were made, by kind, and those that the API refused for what the mesh was like. */
  readonly made = new Map<string, number>()
  refused = 0
  lastRefusal = ''
  readonly #base: string
  readonly #random: Random
  readonly #size: MeshSize
  readonly #specs: Specs

  constructor(port: number, random: Random, size: MeshSize) {
    this.#base = `http://127.0.0.1:${port}/v20190125/`
    this.#random = random
    this.#size = size
    this.#specs = new Specs(random, size)
  }

  async build(): Promise<void> {
    const { nodes, guests, services, gateways, guestGateways } = this.#size
    await this.#create('meshes', 'meshName', MESH, {})
    for (let index = 0; index < nodes; index++) {
      await this.#create(
        `meshes/${MESH}/virtualNodes`,
        'virtualNodeName',
        nodeName(index),
        this.#specs.node(nodeName(index)),
      )
    }
    for (let index = 0; index < guests; index += 2) await this.#createGuest(guestName(index))
    for (let index = 0; index < services; index++) {
      const router = routerName(index)
      await this.#create(`meshes/${MESH}/virtualRouters`, 'virtualRouterName', router, { listeners: [listener()] })
      await this.#create(`meshes/${MESH}/virtualRouter/${router}/routes`, 'routeName', 'all', this.#specs.route())
      await this.#create(`meshes/${MESH}/virtualServices`, 'virtualServiceName', serviceName(index), {
        provider: { virtualRouter: { virtualRouterName: router } },
      })
    }
    for (let index = 0; index < gateways; index++) {
      const name = gatewayName(index)
      await this.#create(`meshes/${MESH}/virtualGateways`, 'virtualGatewayName', name, this.#specs.gateway(name))
      for (let route = 0; route < GATEWAY_ROUTES; route += 2) {
        const spec = this.#specs.gatewayRoute('http')
        await this.#create(gatewayRoutesOf(name), 'gatewayRouteName', nameGatewayRoute(route), spec)
      }
    }
    for (let index = 0; index < guestGateways; index += 2) await this.#createGuestGateway(guestGatewayName(index))
  }

  /** One change, whichever. */
  async change(): Promise<void> {
    const kind = this.#random.weighted(CHANGES)
    const done = await this.#change[kind](this.#random.integer(0, this.#size.services - 1))
    if (done) this.made.set(kind, (this.made.get(kind) ?? 0) + 1)
    else this.refused++
  }

  /** Another match for a route of every gateway: that concerns nobody else, and nothing goes away for which clients would have to wait. */
  async changeMatches(): Promise<void> {
    for (let index = 0; index < this.#size.gateways; index++) {
      const path = gatewayRoutesOf(gatewayName(index))
      const [name] = await this.#list(path, 'gatewayRoutes', 'gatewayRouteName')
      if (name === undefined) {
        await this.#createGatewayRoute(path)
        continue
      }
      const { spec } = await this.#get<{ spec: GatewayRouteSpec }>(`${path}/${name}`)
      assert.ok(await this.#send('PUT', `${path}/${name}`, { spec: this.#specs.rematch(spec) }), this.lastRefusal)
    }
  }

  /** Everything as the API describes it. */
  async read(): Promise<Resource[]> {
    const mesh = await this.#describe('mesh', `meshes/${MESH}`, { name: MESH })
    const resources = [mesh]
    for (const [kind, plural] of [
      ['virtualNode', 'virtualNodes'],
      ['virtualRouter', 'virtualRouters'],
      ['virtualService', 'virtualServices'],
      ['virtualGateway', 'virtualGateways'],
    ] as const) {
      for (const name of await this.#list(`meshes/${MESH}/${plural}`, plural, `${kind}Name`)) {
        resources.push(await this.#describe(kind, `meshes/${MESH}/${plural}/${name}`, { name }))
      }
    }
    for (const { ref } of [...resources]) {
      const child = CHILDREN[ref.kind]
      if (!child) continue
      const path = `meshes/${MESH}/${ref.kind}/${ref.name}/${child}s`
      for (const name of await this.#list(path, `${child}s`, `${child}Name`)) {
        resources.push(await this.#describe(child, `${path}/${name}`, { name, parentName: ref.name }))
      }
    }
    return resources
  }

  readonly #change: Record<keyof typeof CHANGES, (index: number) => Promise<boolean>> = {
    node: async () => {
      const name = nodeName(this.#random.integer(0, this.#size.nodes - 1))
      return this.#send('PUT', `meshes/${MESH}/virtualNodes/${name}`, { spec: this.#specs.node(name) })
    },
    route: (index) =>
      this.#send('PUT', `meshes/${MESH}/virtualRouter/${routerName(index)}/routes/all`, { spec: this.#specs.route() }),
    extraRoute: async (index) => {
      const path = `meshes/${MESH}/virtualRouter/${routerName(index)}/routes`
      if (await this.#send('DELETE', `${path}/extra`)) return true
      return this.#send('PUT', path, { routeName: 'extra', spec: { ...this.#specs.route('/extra'), priority: 1 } })
    },
    provider: (index) =>
      this.#send('PUT', `meshes/${MESH}/virtualServices/${serviceName(index)}`, {
        spec: { provider: this.#specs.provider(index) },
      }),
    service: async (index) => {
      const path = `meshes/${MESH}/virtualServices`
      const name = serviceName(index)
      if (await this.#send('DELETE', `${path}/${name}`)) return true
      return this.#send('PUT', path, { virtualServiceName: name, spec: { provider: this.#specs.provider(index) } })
    },
    guest: async () => {
      const name = guestName(this.#random.integer(0, this.#size.guests - 1))
      if (await this.#send('DELETE', `meshes/${MESH}/virtualNodes/${name}`)) return true
      return this.#createGuest(name)
    },
    gateway: () => {
      const name = gatewayName(this.#random.integer(0, this.#size.gateways - 1))
      return this.#send('PUT', `meshes/${MESH}/virtualGateways/${name}`, { spec: this.#specs.gateway(name) })
    },
    gatewayRoute: () => {
      const { gateways, guestGateways } = this.#size
      const index = this.#random.integer(0, gateways + guestGateways - 1)
      const name = index < gateways ? gatewayName(index) : guestGatewayName(index - gateways)
      return this.#changeGatewayRoute(name, this.#random.integer(0, GATEWAY_ROUTES - 1))
    },
    guestGateway: async () => {
      const name = guestGatewayName(this.#random.integer(0, this.#size.guestGateways - 1))
      for (let index = 0; index < GATEWAY_ROUTES; index++) {
        await this.#send('DELETE', `${gatewayRoutesOf(name)}/${nameGatewayRoute(index)}`)
      }
      if (await this.#send('DELETE', `meshes/${MESH}/virtualGateways/${name}`)) return true
      return this.#createGuestGateway(name)
    },
    mesh: () => {
      const egressFilter = { type: this.#random.pick(['ALLOW_ALL', 'DROP_ALL']) }
      return this.#send('PUT', `meshes/${MESH}`, { spec: { egressFilter } })
    },
    tags: () => {
      const arn = encodeURIComponent(`arn:aws:appmesh:us-east-1:000000000000:mesh/${MESH}`)
      return this.#send('PUT', `tag?resourceArn=${arn}`, {
        tags: [{ key: 'edition', value: String(this.#specs.edition()) }],
      })
    },
  }

  #createGuest(name: string): Promise<boolean> {
    return this.#send('PUT', `meshes/${MESH}/virtualNodes`, { virtualNodeName: name, spec: this.#specs.node(name) })
  }

  async #createGuestGateway(virtualGatewayName: string): Promise<boolean> {
    const spec = this.#specs.gateway(virtualGatewayName)
    const created = await this.#send('PUT', `meshes/${MESH}/virtualGateways`, { virtualGatewayName, spec })
    await this.#changeGatewayRoute(virtualGatewayName, 0)
    return created
  }

  /** One that is there changes, or goes; else it comes. */
  async #changeGatewayRoute(gateway: string, index: number): Promise<boolean> {
    const path = gatewayRoutesOf(gateway)
    const gatewayRouteName = nameGatewayRoute(index)
    const own = `${path}/${gatewayRouteName}`
    if (this.#random.chance(0.4) && (await this.#send('DELETE', own))) return true
    const spec = this.#specs.gatewayRoute(this.#random.chance(0.8) ? 'http' : 'http2')
    if (await this.#send('PUT', own, { spec })) return true
    return this.#send('PUT', path, { gatewayRouteName, spec })
  }

  /** To a service that there is: some are not, at times. */
  async #createGatewayRoute(path: string): Promise<void> {
    const gatewayRouteName = nameGatewayRoute(0)
    for (let attempt = 0; attempt < 100; attempt++) {
      if (await this.#send('PUT', path, { gatewayRouteName, spec: this.#specs.gatewayRoute('http') })) return
    }
    assert.fail(`${path}: no gateway route could be created: ${this.lastRefusal}`)
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
